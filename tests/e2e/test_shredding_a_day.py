"""A day of a running system is shredded, by command: audit and replay come to the same, and say what they went by.

Seen to fail with a validator that takes records of a shredded day for broken ones.
"""

import json
import re
from typing import Any

import pytest
from pymongo import MongoClient

from services.cli.known import read_settings
from tests.e2e import earlier
from tests.intake_process import intake_process
from tests.running import Cacah

pytestmark = [pytest.mark.engines, pytest.mark.timeout(300)]


def nation(cacah: Cacah) -> dict[str, int]:
    with MongoClient[dict[str, Any]](cacah.running.mongo) as client:
        found = client[cacah.running.settings["CACAH_DATABASE"]]["regions"].find_one({"_id": "00"}) or {}
    return dict(found["counters"])


def test_a_shredded_day_is_audited_and_replayed_from_what_it_led_to(cacah: Cacah) -> None:
    settings = read_settings({**cacah.running.settings, "CACAH_STATE": str(cacah.state)})
    with intake_process(settings, module="tests.e2e.earlier") as intake:
        words = ("--to", intake.url, "--region", "35.09", "--households", "40", "--seed", "71", "--json")
        sent = cacah.run("generate", *words)
    assert sent.returncode == 0, sent.stderr
    cacah.wait_until_counted()
    counted, day = nation(cacah), earlier.day()
    shredded = cacah.run("keys", "shred", day)
    assert shredded.returncode == 0, shredded.stderr
    told = _unwrapped(shredded.stdout)
    assert "payloads of that day can then never be opened again" in told
    assert "cacah audit and cacah replay start from the signed opening balance" in told
    records = _records(shredded.stdout)
    # A family that sent its form twice is one record.
    assert 40 <= records <= json.loads(sent.stdout)["accepted"]
    _require_audit(cacah, day, records)
    replayed = cacah.run("replay")
    assert replayed.returncode == 0, replayed.stderr
    said = f"d{day.replace('-', '')} is shredded: {records:,} records were counted from its signed opening balance"
    assert said in _unwrapped(replayed.stdout + replayed.stderr)
    cacah.wait_until_counted()
    assert nation(cacah) == counted
    _require_audit(cacah, day, records)
    again = cacah.run("keys", "shred", day)
    assert (again.returncode, "was shredded before" in again.stderr) == (1, True)


def _unwrapped(text: str) -> str:
    """Where lines end depends on the length of a path."""
    return " ".join(text.split())


def _records(said: str) -> int:
    found = re.search(r"([0-9,]+) records in [0-9]+ signed chunks", said)
    assert found, said
    return int(found[1].replace(",", ""))


def _require_audit(cacah: Cacah, day: str, records: int) -> None:
    done = cacah.run("audit")
    assert done.returncode == 0, done.stdout
    said = f"d{day.replace('-', '')} is shredded: {records:,} records were taken from its signed opening balance"
    assert said in _unwrapped(done.stdout)
