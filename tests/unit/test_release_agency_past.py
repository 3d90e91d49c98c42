"""Days of agencies that are over: counted from what each day added, under the same rules as living ones."""

import asyncio
import random

from services.dashboard.release.agencies import Shown, Why
from services.dashboard.release.agency_past import past_of
from tests.dashboard_kit import Clock, Country, Dashboard

DAYS = {
    "2026-09-01": {"members": 60, "members_asn": 60},
    "2026-09-03": {"responded": 15, "responded_asn": 15},
    "2026-09-10": {"responded": 20, "responded_asn": 20},
}


def responded(days: dict[str, dict[str, int]], before: Shown | None = None, after: str = "") -> dict[str, int | None]:
    """Period -> what is shown."""
    found = past_of(before, days, after=after, today="2026-09-20")
    return {period: None if shown is None else shown.counters.get("responded_asn") for shown, _, period in found}


def test_a_period_has_what_was_received_before_its_day() -> None:
    assert responded(DAYS) == {"2026-09-02": None, "2026-09-04": 15, "2026-09-11": 35}


def test_a_list_has_no_past_before_its_newest_name() -> None:
    """Who was put on it on the 8th may have answered on the 3rd: the sums of the 4th would tell of somebody who was not
    on it."""
    later = {**DAYS, "2026-09-08": {"members": 1, "members_asn": 1}}
    assert responded(later) == {"2026-09-09": 15, "2026-09-11": 35}


def test_the_day_that_goes_on_is_not_a_past_one() -> None:
    found = [period for _, _, period in past_of(None, DAYS, after="", today="2026-09-11")]
    assert found == ["2026-09-02", "2026-09-04"]


def test_one_name_removed_while_nobody_was_there_tells_nothing() -> None:
    before = Shown("2026-09-05", {"members_asn": 61, "responded_asn": 16}, {"2026-09-01": (61, 0)})
    ((shown, why, _),) = past_of(before, DAYS, after="2026-09-05", today="2026-09-20")
    assert (shown, why) == (before, Why.FEW_CHANGES)


def test_the_report_of_a_dashboard_that_starts_today_knows_last_week() -> None:
    made, clock = Country(), Clock()
    made.add_agency("35.09-DINKES", 100, 60, random.Random(2))
    made.give_agencies_a_past(20, random.Random(3))
    made.add("35.09.01.2001", 400, random.Random(2))
    dashboard = Dashboard(totals=made.totals, clock=clock)
    asyncio.run(dashboard.tick())
    (row,) = dashboard.browser.get("/api/v1/agencies?region=35").json()["agencies"]
    days = made.totals.office_days["35.09-DINKES"]
    week_ago = sorted(days)[-1 - 7]
    assert row["week"] == sum(added.get("responded", 0) for day, added in days.items() if day >= week_ago)
    assert row["week"] > 0


def test_a_second_start_changes_nothing_of_the_past() -> None:
    made = Country()
    made.add_agency("35.09-DINKES", 100, 60, random.Random(2))
    made.give_agencies_a_past(20, random.Random(3))
    first = Dashboard(totals=made.totals)
    asyncio.run(first.tick())
    before = asyncio.run(first.store.agency_history(None, ""))
    made.totals.office_days["35.09-DINKES"] = {"2026-09-01": {"members": 100}}
    again = Dashboard(totals=made.totals, store=first.store, clock=first.clock)
    asyncio.run(again.tick())
    assert asyncio.run(first.store.agency_history(None, "")) == before
