"""An audit that finds nothing proves something only if it finds what is broken."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.running import Cacah, dev

pytestmark = [pytest.mark.engines, pytest.mark.timeout(400)]

REGION, COUNTER = "35.09", "persons"


@contextmanager
def one_person_more(cacah: Cacah) -> Iterator[None]:
    """In one cell of MongoDB."""
    with MongoClient[dict[str, Any]](cacah.running.mongo) as client:
        regions = client[cacah.running.settings["CACAH_DATABASE"]]["regions.g1"]
        for step in (1, -1):
            changed = regions.update_one({"_id": REGION}, {"$inc": {f"counters.{COUNTER}": step}})
            assert changed.modified_count == 1
            if step == 1:
                yield


def test_one_cell_that_was_changed_in_mongodb_is_named(cacah: Cacah) -> None:
    sent = cacah.run("generate", "--region", REGION, "--households", "30", "--seed", "61")
    assert sent.returncode == 0, sent.stderr
    cacah.wait_until_counted()
    with one_person_more(cacah):
        broken = cacah.run("audit", "--json")
    assert broken.returncode == 1, broken.stdout
    report = json.loads(broken.stdout)
    assert (report["ok"], report["differing"]) == (False, 1)
    (found,) = report["differences"]
    assert (found["region"], found["counter"], found["live"] - found["log"]) == (REGION, COUNTER, 1)
    assert cacah.run("audit").returncode == 0


def test_one_broken_line_of_a_fold_is_found_and_its_regions_are_named(tmp_path: Path) -> None:
    """Families of which somebody stands in another family's form as well are counted in the wrong place."""
    mutants = Path(__file__).with_name("mutants")
    with dev(tmp_path / "state", CACAH_PARTITIONS="2", PYTHONPATH=str(mutants)) as broken:
        sent = broken.run("generate", "--region", REGION, "--households", "2000", "--seed", "62")
        assert sent.returncode == 0, sent.stderr
        broken.wait_until_counted()
        done = broken.run("audit", "--json")
        shown = broken.run("audit").stdout
    assert done.returncode == 1, done.stdout
    report = json.loads(done.stdout)
    assert report["differing"] > 0
    assert all(each["region"].startswith(("00", "35")) for each in report["differences"])
    villages = {each["region"] for each in report["differences"] if each["region"].count(".") == 3}
    assert villages or any(each["region"].startswith(REGION) for each in report["differences"])
    assert "live " in shown
    assert "FAIL cells=" in shown
