"""The public release of a running system: it follows the count, in steps, and says how far it is."""

import json
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.e2e.conftest import Cacah, wait_for

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]
REGIONS = ("00", "35", "35.09")


def ask(cacah: Cacah, path: str) -> Any:
    with urllib.request.urlopen(cacah.running.urls["dashboard"] + path, timeout=20) as answer:
        return json.load(answer)


def households(cacah: Cacah) -> dict[str, int]:
    return {region: ask(cacah, f"/api/v1/regions/{region}")["households"] or 0 for region in REGIONS}


def wait_until_seen(cacah: Cacah, moment: datetime) -> None:
    """Until the dashboard has all that was accepted before `moment`."""

    def seen() -> bool | None:
        fresh = ask(cacah, "/api/v1/regions/00/live")["fresh"]
        return True if fresh["counted_at"] and datetime.fromisoformat(fresh["counted_at"]) >= moment else None

    wait_for(seen)


def send(cacah: Cacah, families: int, seed: int) -> int:
    """Families that count now, in all."""
    sent = cacah.run("generate", "--region", "35.09", "--households", str(families), "--seed", str(seed))
    assert sent.returncode == 0, sent.stderr
    counted: int = cacah.wait_until_counted()["households"]
    wait_until_seen(cacah, datetime.now(UTC))
    return counted


def test_the_release_follows_the_count_and_one_family_more_is_not_seen(cacah: Cacah) -> None:
    exact = send(cacah, 60, 501)

    def caught_up() -> dict[str, int] | None:
        shown = households(cacah)
        return shown if exact - shown["00"] < 10 else None

    shown = wait_for(caught_up)
    assert shown["00"] >= shown["35"] >= shown["35.09"]
    for seed in range(3):
        exact = send(cacah, 1, 600 + seed)
        later = households(cacah)
        for region in REGIONS:
            step = later[region] - shown[region]
            assert step == 0 or abs(step) >= 10, (region, shown, later, exact)
        shown = later


def test_the_page_of_the_nation_is_whole(cacah: Cacah) -> None:
    with urllib.request.urlopen(cacah.running.urls["dashboard"] + "/en/", timeout=20) as answer:
        page = answer.read().decode()
    assert "270,203,917" in page
    assert "Counted up to" in page
