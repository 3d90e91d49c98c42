"""The release as it goes on: several workers, restarts, days, and readers who would single somebody out."""

import asyncio
import random
import re
from datetime import date, datetime, timedelta

import pytest

from services.dashboard.ports import Closing, Counters, StoreUnreachable
from services.dashboard.release.blocks import COUNTED
from shared.domain.census import WIB
from shared.domain.regions import catalogue
from tests.dashboard_kit import NOW, TODAY, Country, Dashboard
from tests.partners import partner

VILLAGE, OTHER = "35.09.01.2001", "35.09.01.2002"
CHANCE = random.Random(4)


def everything(dashboard: Dashboard) -> list[str]:
    """All that somebody can read of one village and all above it: pages, interface, tables."""
    return [
        dashboard.browser.get(path).text
        for code in ("00", "35", "35.09", "35.09.01", VILLAGE)
        for path in (
            f"/api/v1/regions/{code}",
            f"/api/v1/regions/{code}/children",
            f"/api/v1/regions/{code}/children.csv",
            f"/api/v1/regions/{code}/history",
        )
    ]


def everything_of_agencies(dashboard: Dashboard) -> list[str]:
    """All that an office, and everybody else, can read of it; what the day is, and not what is shown, left out."""
    code, day = "35.09-DINKES", (TODAY + timedelta(days=2)).isoformat()
    texts = [
        dashboard.browser.get(path).text
        for path in (
            f"/en/agencies/{code}",
            f"/en/report?region=35&date={day}",
            f"/api/v1/agencies/{code}",
            f"/api/v1/agencies/{code}/history",
            f"/api/v1/agencies.csv?region=35&date={day}",
            f"/api/v1/report.csv?region=35&date={day}",
        )
    ]
    return [re.sub(r"\d+ Sep 2026|2026-09-\d\d", "", text) for text in texts]


def test_reading_twice_does_not_single_out_a_family() -> None:
    made = Country()
    dashboard = Dashboard(totals=made.totals)
    for village in (VILLAGE, OTHER):
        made.add(village, 40, CHANCE)
    asyncio.run(dashboard.tick())
    before = everything(dashboard)
    made.add(VILLAGE, 1, CHANCE)
    asyncio.run(dashboard.tick())
    assert everything(dashboard) == before
    for _ in range(9):
        made.add(VILLAGE, 1, CHANCE)
    asyncio.run(dashboard.tick())
    after = everything(dashboard)
    assert after != before
    assert dashboard.browser.get(f"/api/v1/regions/{VILLAGE}").json()["households"] == 50


def test_two_workers_take_each_step_once_and_agree() -> None:
    async def run() -> None:
        made = Country()
        one = Dashboard(totals=made.totals)
        other = Dashboard(totals=made.totals, store=one.store, clock=one.clock)
        for _ in range(12):
            made.add(CHANCE.choice((VILLAGE, OTHER)), CHANCE.randint(1, 15), CHANCE)
            one.clock.forward(seconds=1)
            await asyncio.gather(one.wiring.releaser.tick(), other.wiring.releaser.tick())
            await asyncio.gather(one.wiring.releaser.tick(), other.wiring.releaser.tick())
            steps = [step.number for step in one.store.steps]
            assert steps == list(range(1, len(steps) + 1))
            assert one.wiring.published.step == other.wiring.published.step
            for region in made.totals.regions:
                assert one.wiring.published.release.shown(region, COUNTED) == other.wiring.published.release.shown(
                    region, COUNTED
                )

    asyncio.run(run())


def test_a_worker_that_starts_again_shows_what_was_shown_not_what_is() -> None:
    made = Country()
    first = Dashboard(totals=made.totals)
    made.add(VILLAGE, 40, CHANCE)
    asyncio.run(first.tick())
    made.add(VILLAGE, 3, CHANCE)
    again = Dashboard(totals=made.totals, store=first.store)
    asyncio.run(again.tick())
    assert again.browser.get(f"/api/v1/regions/{VILLAGE}").json()["households"] == 40
    assert again.wiring.published.step == 1


def test_days_before_the_first_start_come_from_the_days_received() -> None:
    made = Country()
    dashboard = Dashboard(totals=made.totals)
    made.add(VILLAGE, 400, CHANCE)
    made.give_a_past(10, CHANCE)
    asyncio.run(dashboard.tick())
    days = dashboard.browser.get("/api/v1/regions/35/history").json()["days"]
    assert [day["day"] for day in days] == [(TODAY - timedelta(days=9 - each)).isoformat() for each in range(10)]
    received = made.totals.region_days
    sums = [sum(received[day["day"]]["35"]["households"] for day in days[: n + 1]) for n in range(9)]
    assert [day["households"] for day in days[:9]] == sums
    assert days[-1]["households"] == 400


class Log:
    """Two partitions, to which a hundred records a day came. `away`: Kafka does not answer."""

    def __init__(self, first: date) -> None:
        self._first = first
        self.away = False

    async def ends(self) -> tuple[int, ...] | None:
        return await self.before(NOW)

    async def before(self, moment: datetime) -> tuple[int, ...] | None:
        days = (moment.astimezone(WIB).date() - self._first).days
        return None if self.away else (100 * days, 100 * days)

    def close(self) -> None:
        pass


def counted_until(made: Country, complete: dict[str, dict[str, Counters]], day: int, *, of_it: int = 0) -> None:
    """The totals after so many days, and this many families of the next one."""
    made.totals.region_days = dict(list(complete.items())[:day])
    if of_it:
        date_ = list(complete)[day]
        made.totals.region_days[date_] = {code: {"persons": 3 * of_it, "households": of_it} for code in complete[date_]}
    made.totals.counted_up_to = (100 * day + of_it, 100 * day)


def test_a_day_that_is_not_all_counted_yet_is_not_released_as_a_day() -> None:
    made = Country()
    made.add(VILLAGE, 400, CHANCE)
    made.give_a_past(5, CHANCE)
    first = TODAY - timedelta(days=4)
    complete = dict(made.totals.region_days)
    dashboard = Dashboard(totals=made.totals, ends=Log(first))
    # Of the third day, one partition is not even begun.
    counted_until(made, complete, 2, of_it=20)
    asyncio.run(dashboard.tick())
    shown = dashboard.browser.get("/api/v1/regions/35/history").json()["days"]
    assert [day["day"] for day in shown] == [(first + timedelta(days=each)).isoformat() for each in range(2)]
    counted_until(made, complete, 4)
    asyncio.run(dashboard.tick())
    shown = dashboard.browser.get("/api/v1/regions/35/history").json()["days"]
    sums = [sum(each["35"]["households"] for each in list(complete.values())[: n + 1]) for n in range(4)]
    assert [day["households"] for day in shown] == [*sums, 400]
    assert shown[-1]["day"] == TODAY.isoformat()


def test_days_that_are_not_counted_are_not_waited_for_for_ever() -> None:
    made = Country()
    made.add(VILLAGE, 400, CHANCE)
    made.give_a_past(5, CHANCE)
    log = Log(TODAY - timedelta(days=4))
    log.away = True
    dashboard = Dashboard(totals=made.totals, ends=log)
    asyncio.run(dashboard.tick())
    assert dashboard.store.steps == []
    asyncio.run(dashboard.tick(600))
    assert [step.day for step in dashboard.store.steps] == [TODAY.isoformat()]


def test_agencies_take_their_step_of_a_day_when_yesterday_is_counted() -> None:
    made = Country()
    made.add(VILLAGE, 40, CHANCE)
    made.add_agency("35.09-DINKES", 60, 40, CHANCE)
    dashboard = Dashboard(totals=made.totals, ends=Log(TODAY - timedelta(days=4)))
    made.totals.counted_up_to = (400, 399)
    asyncio.run(dashboard.tick(10))
    assert dashboard.wiring.agencies.released == {}
    made.totals.counted_up_to = (400, 400)
    asyncio.run(dashboard.tick(10))
    assert set(dashboard.wiring.agencies.released) == {"35.09-DINKES"}


def test_figures_of_a_running_dashboard_do_not_stand_still_at_midnight() -> None:
    made = Country()
    dashboard = Dashboard(totals=made.totals, ends=Log(TODAY - timedelta(days=4)))
    made.add(VILLAGE, 40, CHANCE)
    made.totals.counted_up_to = (500, 450)
    asyncio.run(dashboard.tick())
    made.add(VILLAGE, 40, CHANCE)
    midnight = datetime.combine(TODAY + timedelta(days=1), datetime.min.time(), WIB)
    asyncio.run(dashboard.tick((midnight - dashboard.clock.now).total_seconds() + 1))
    assert [step.day for step in dashboard.store.steps][-1] == (TODAY + timedelta(days=1)).isoformat()
    assert dashboard.browser.get("/api/v1/regions/00").json()["households"] == 80


def test_totals_that_cannot_be_read_leave_the_figures_as_they_are() -> None:
    made = Country()
    dashboard = Dashboard(totals=made.totals)
    made.add(VILLAGE, 40, CHANCE)
    asyncio.run(dashboard.tick())
    made.totals.away = True
    with pytest.raises(StoreUnreachable):
        asyncio.run(dashboard.tick())
    assert dashboard.browser.get("/api/v1/regions/00").json()["households"] == 40


def test_an_office_that_adds_one_name_learns_nothing() -> None:
    made = Country()
    dashboard = Dashboard(totals=made.totals)
    made.add_agency("35.09-DINKES", 60, 40, CHANCE)
    asyncio.run(dashboard.tick())
    before = everything_of_agencies(dashboard)
    assert any("35.09-DINKES" in text for text in before)
    counters, roster = made.totals.offices["35.09-DINKES"]
    for answered in (0, 1):
        more = {**counters, "members": counters["members"] + 1, "members_asn": counters["members_asn"] + 1}
        more |= {name: counters[name] + answered for name in ("responded", "responded_asn")}
        made.totals.offices["35.09-DINKES"] = (more, {**roster, NOW.date().isoformat(): (1, 0)})
        dashboard.clock.forward(days=1)
        asyncio.run(dashboard.tick(10))
        now = dashboard.wiring.agencies.released["35.09-DINKES"]
        assert now.shown is not None
        assert now.shown.counters["members"] == 100
        assert now.why == "few_changes"
        assert everything_of_agencies(dashboard) == before


def test_a_closed_census_takes_one_last_step_from_the_signed_totals_and_stays() -> None:
    made = Country()
    dashboard = Dashboard(totals=made.totals)
    # Two districts are too small to be shown; together they are enough for the regency.
    for village in (VILLAGE, OTHER, *(catalogue().children(district)[0] for district in ("35.09.02", "35.09.03"))):
        made.add(village, 40 if village.startswith("35.09.01") else 6, CHANCE)
    asyncio.run(dashboard.tick())
    made.add(VILLAGE, 3, CHANCE)
    asyncio.run(dashboard.tick())
    assert dashboard.browser.get("/api/v1/regions/00").json()["households"] == 92
    assert dashboard.browser.get("/api/v1/final").status_code == 404
    dashboard.store.closed = Closing(
        "2026-09-26T07:00:00Z", {code: dict(each) for code, each in made.totals.regions.items()}
    )
    made.add(VILLAGE, 500, CHANCE)
    for _ in range(3):
        asyncio.run(dashboard.tick())
    nation = dashboard.browser.get("/api/v1/regions/00").json()
    # All three families that waited are in; those that came after the signature are not, and the village keeps its own.
    assert (nation["households"], nation["final"]["closed_at"]) == (95, "2026-09-26T07:00:00Z")
    assert dashboard.browser.get("/api/v1/regions/35.09").json()["households"] == 95
    assert dashboard.browser.get(f"/api/v1/regions/{VILLAGE}").json()["households"] == 40
    assert "2026-09-26T07:00:00Z" in dashboard.browser.get("/api/v1/regions/35/children.csv").text
    assert "Final figures" in dashboard.browser.get("/en/").text
    assert dashboard.store.steps[-1].number == 2
    assert dashboard.store.kept == (2, dashboard.wiring.published.everything(), {})
    again = Dashboard(totals=made.totals, store=dashboard.store)
    asyncio.run(again.tick())
    assert again.browser.get("/api/v1/regions/00").json() == nation
    dashboard.store.signed = b'{"figures": {}}'
    assert dashboard.browser.get("/api/v1/final").content == b'{"figures": {}}'


def agency_answers(dashboard: Dashboard) -> list[str]:
    code = "35.09-DINKES"
    return [
        dashboard.browser.get(path).text
        for path in (f"/api/v1/agencies/{code}", f"/api/v1/agencies/{code}/history", "/api/v1/agencies.csv")
    ]


def test_a_closed_census_shows_agencies_from_the_signed_totals_and_never_moves_them_again() -> None:
    code, few = "35.09-DINKES", "35.09-KECIL"
    made = Country()
    dashboard = Dashboard(totals=made.totals)
    made.add_agency(code, 60, 40, CHANCE)
    made.add_agency(few, 6, 0, CHANCE)
    asyncio.run(dashboard.tick())
    counters, roster = made.totals.offices[code]
    more = {name: counters[name] + 1 for name in ("responded", "responded_asn")}
    signed = {code: {**counters, **more}, few: made.totals.offices[few][0]}
    dashboard.store.closed = Closing(NOW.isoformat().replace("+00:00", "Z"), {}, signed)
    # What is counted after the signature.
    made.totals.offices[code] = (
        {**counters, "responded": 0, "responded_asn": 0, "members": 900},
        {**roster, "2026-09-27": (800, 0)},
    )
    made.totals.offices["SETDA"] = ({"members": 50, "responded": 20}, {"2026-09-01": (50, 0)})
    asyncio.run(dashboard.tick(3))
    answer = dashboard.browser.get(f"/api/v1/agencies/{code}").json()
    assert (answer["responded"], answer["members"]) == (counters["responded"] + 1, 100)
    assert answer["final"] == dashboard.browser.get("/api/v1/agencies").json()["final"]
    assert answer["final"]["closed_at"] == dashboard.store.closed.closed_at
    assert dashboard.browser.get("/api/v1/agencies/SETDA").status_code == 404
    assert "Final figures" in dashboard.browser.get("/en/agencies").text
    assert dashboard.store.kept is not None
    assert dashboard.store.kept[2].keys() == {code}
    assert dashboard.store.kept[2][code]["responded"] == counters["responded"] + 1
    before = agency_answers(dashboard)
    dashboard.clock.forward(days=2)
    asyncio.run(dashboard.tick(10))
    again = Dashboard(totals=made.totals, store=dashboard.store, clock=dashboard.clock)
    asyncio.run(again.tick(10))
    assert agency_answers(dashboard) == agency_answers(again) == before
    some, key = partner("sekda", "read")
    again.partners.put(some)
    own = again.browser.get("/api/v1/agencies/own", headers={"authorization": f"Bearer {key}"}).json()["agencies"]
    assert {each["agency"]: each["members_on_list"] for each in own} == {code: 100, few: 6}
