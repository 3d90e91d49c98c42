"""The pages and the interface of agencies."""

import asyncio
import csv
import random
import re
from datetime import timedelta
from io import StringIO

import pytest

from services.dashboard.pages.agency_view import agency_rows
from services.dashboard.release.agencies import Shown
from shared.domain.regions import catalogue
from shared.runtime.partners import Scope
from tests.dashboard_kit import TODAY, Country, Dashboard, country
from tests.partners import partner

OFFICES = ("35.09-DINKES", "35.09-DISDIK", "35.10-KPP", "DINAS-PUSAT")


@pytest.fixture(scope="module")
def seen() -> Dashboard:
    chance, made = random.Random(2), Country()
    for number, office in enumerate(OFFICES):
        made.add_agency(office, 100 + 20 * number, 60, chance)
    made.add_agency("35.09-SETDA", 5, 2, chance)
    made.add("35.09.01.2001", 400, chance)
    dashboard = Dashboard(totals=made.totals)
    asyncio.run(dashboard.tick())
    return dashboard


def test_the_ranking_page_json_and_csv_are_the_same_rows(seen: Dashboard) -> None:
    for question in ("", "?sort=members&order=asc", "?q=jember", "?region=35.09"):
        page = seen.browser.get(f"/en/agencies{question}").text
        shown = re.findall(r'<th scope="row">\s*<a href="/en/agencies/([^"]+)"', page)
        rows = seen.browser.get(f"/api/v1/agencies{question}").json()["agencies"]
        lines = list(csv.DictReader(StringIO(seen.browser.get(f"/api/v1/agencies.csv{question}").text)))
        assert shown == [row["agency"] for row in rows] == [line["agency"] for line in lines]
        assert shown
        assert [str(row["responded"]) for row in rows] == [line["responded"] for line in lines]


def test_an_agency_of_seven_is_nowhere(seen: Dashboard) -> None:
    for path in (
        "/en/agencies",
        "/api/v1/agencies",
        "/api/v1/agencies.csv",
        "/en/report?region=35",
        "/api/v1/report.csv",
    ):
        assert "SETDA" not in seen.browser.get(path).text
    assert seen.browser.get("/en/agencies/35.09-SETDA").status_code == 404
    assert seen.browser.get("/api/v1/agencies/35.09-SETDA").status_code == 404
    assert seen.browser.get("/api/v1/agencies/35.09-SETDA/history").status_code == 404


def test_totals_are_of_what_is_shown(seen: Dashboard) -> None:
    rows = seen.browser.get("/api/v1/agencies?region=35.09").json()["agencies"]
    assert {row["agency"] for row in rows} == {"35.09-DINKES", "35.09-DISDIK"}
    page = re.sub(r"<[^>]+>", " ", seen.browser.get("/en/agencies?region=35.09").text)
    assert f"{sum(row['responded'] for row in rows):,}" in page


def test_the_report_names_who_leads_and_who_lags_and_knows_last_week() -> None:
    chance, made = random.Random(2), Country()
    for number in range(12):
        made.add_agency(f"35.{number + 1:02d}-DINKES", 200, 100, chance)
    made.add("35.09.01.2001", 400, chance)
    dashboard = Dashboard(totals=made.totals)
    asyncio.run(dashboard.tick())
    for agency, (counters, roster) in list(made.totals.offices.items()):
        more = {
            name: number + (20 if name.startswith(("responded", "clean")) else 0) for name, number in counters.items()
        }
        more |= {"responded": counters["responded"] + 40, "clean": counters["clean"] + 40}
        made.totals.offices[agency] = (more, roster)
    dashboard.clock.forward(days=8)
    asyncio.run(dashboard.tick(10))
    day = (TODAY + timedelta(days=8)).isoformat()
    report = dashboard.browser.get(f"/en/report?region=35&date={day}").text
    for words in ("Leading", "Lagging", "Gained most in 7 days", "All agencies", "Kabupaten Jember"):
        assert words in report
    rows = dashboard.browser.get(f"/api/v1/agencies?region=35&date={day}").json()["agencies"]
    # Where nearly everybody has answered, the few who have not would be told: nothing is shown.
    shown = [row for row in rows if row["responded"] is not None]
    assert len(shown) > 6
    assert {row["week"] for row in shown} == {40}
    earlier = dashboard.browser.get(f"/api/v1/agencies?region=35&date={TODAY.isoformat()}").json()["agencies"]
    before = {row["agency"]: row["responded"] for row in earlier}
    assert all(row["responded"] == before[row["agency"]] + 40 for row in shown)
    history = dashboard.browser.get("/api/v1/agencies/35.01-DINKES/history").json()["periods"]
    assert [each["as_of"] for each in history] == [TODAY.isoformat(), day]


def test_the_report_as_page_json_and_csv_says_the_same_of_regions_and_agencies() -> None:
    dashboard = Dashboard(totals=country(past=20, with_agencies=6).totals)
    asyncio.run(dashboard.tick())
    page = re.sub(r"\s+", " ", dashboard.browser.get("/en/report?region=35").text)
    found = dashboard.browser.get("/api/v1/report?region=35").json()
    lines = list(csv.DictReader(StringIO(dashboard.browser.get("/api/v1/report.csv?region=35").text)))
    assert [line["code"] for line in lines] == [row["code"] for row in found["rows"]]
    assert [line["week"] for line in lines] == [
        "" if row["week"] is None else str(row["week"]) for row in found["rows"]
    ]
    assert found["week_ago"] == (TODAY - timedelta(days=7)).isoformat()
    whole, *below = (row for row in found["rows"] if row["kind"] == "region")
    assert (whole["code"], len(below)) == ("35", 38)
    # What changed since last week is there for everybody: people, places won and lost, and what was gained.
    assert whole["week"] > 0
    assert all(row["week"] > 0 for row in below)
    assert any(row["rank_change"] for row in below)
    for row in found["rows"]:
        if row["week"] is not None:
            assert f"+{row['week']:,}" in page or f"±{row['week']:,}" in page
    shown = re.findall(r'href="/en/regions/(35\.\d\d)"', page.partition('aria-labelledby="below"')[2])
    assert shown == [row["code"] for row in below]
    agencies = [row for row in found["rows"] if row["kind"] == "agency" and row["rank"] is not None]
    assert sum(row["week"] > 0 for row in agencies) > len(agencies) / 2


def test_a_report_of_a_past_day_says_what_was_shown_then() -> None:
    dashboard = Dashboard(totals=country(past=20, with_agencies=2).totals)
    asyncio.run(dashboard.tick())
    day = (TODAY - timedelta(days=5)).isoformat()
    then = dashboard.browser.get(f"/api/v1/report?region=35&date={day}").json()["rows"][0]
    days = dashboard.browser.get("/api/v1/regions/35/history").json()["days"]
    assert then["counted"] == [each["persons"] for each in days if each["day"] <= day][-1]
    assert then["week"] == then["counted"] - [each["persons"] for each in days if each["day"] <= days[-13]["day"]][-1]


def test_who_is_not_ranked_any_more_has_not_been_overtaken() -> None:
    week_ago, now = (TODAY - timedelta(days=7)).isoformat(), TODAY.isoformat()
    histories = {
        "35.09-DINKES": [
            Shown(week_ago, {"members": 100, "responded": 20}, {}),
            Shown(now, {"members": 100, "responded": 50}, {}),
        ],
        # So few are missing that it is not said how many.
        "35.09-DISDIK": [
            Shown(week_ago, {"members": 100, "responded": 80}, {}),
            Shown(now, {"members": 100, "few_missing": 1}, {}),
        ],
    }
    first, second = agency_rows(histories, {}, TODAY, catalogue())
    assert (first.code, first.rank, first.rank_change) == ("35.09-DINKES", 1, 0)
    assert (second.code, second.rank, second.rank_change) == ("35.09-DISDIK", None, None)


def test_an_agency_sees_itself_by_its_key_and_nobody_else(seen: Dashboard) -> None:
    some, key = partner("dinkes", "roster", agencies=("35.09-DINKES",))
    seen.partners.put(some)
    own = seen.browser.ask("POST", "/en/own", data={"key": str(key)})
    assert own.status_code == 200
    assert "35.09-DINKES" in own.text
    assert "DISDIK" not in own.text
    assert own.headers["cache-control"] == "no-store"
    found = seen.browser.get("/api/v1/agencies/own", headers={"authorization": f"Bearer {key}"}).json()["agencies"]
    assert [each["agency"] for each in found] == ["35.09-DINKES"]
    assert found[0]["members_on_list"] == found[0]["shown"]["members"]
    assert str(key) not in own.text


@pytest.mark.parametrize("scope", ["read", "submit"])
def test_who_may_read_sees_all_and_who_may_only_send_sees_none(seen: Dashboard, scope: Scope) -> None:
    some, key = partner(f"sekda-{scope}", scope)
    seen.partners.put(some)
    found = seen.browser.get("/api/v1/agencies/own", headers={"authorization": f"Bearer {key}"})
    assert found.status_code == (200 if scope == "read" else 403)
    if scope == "read":
        assert {each["agency"] for each in found.json()["agencies"]} == {*OFFICES, "35.09-SETDA"}
        small = next(each for each in found.json()["agencies"] if each["agency"] == "35.09-SETDA")
        assert (small["shown"], small["why"]) == (None, "few_members")


@pytest.mark.parametrize("key", ["", "nonsense", "cacah_00000000_" + "0" * 48])
def test_a_wrong_key_sees_nothing_and_is_not_repeated(seen: Dashboard, key: str) -> None:
    own = seen.browser.ask("POST", "/en/own", data={"key": key})
    assert own.status_code == 403
    assert not key or key not in own.text
    answer = seen.browser.get("/api/v1/agencies/own", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
