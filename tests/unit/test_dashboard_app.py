"""The dashboard's routes, without a server or a MongoDB."""

import asyncio
import csv
import json
import random
import re
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest

from services.dashboard.app import create_app
from services.dashboard.texts import TEXTS
from tests.dashboard_kit import Country, Dashboard, country
from tests.web import Browser

FIRST_LOAD_BYTES = 200_000
SCRIPT_BYTES = 60_000


@pytest.fixture(scope="module")
def seen() -> Dashboard:
    dashboard = Dashboard(totals=country(past=20).totals)
    asyncio.run(dashboard.tick())
    return dashboard


@pytest.fixture(scope="module")
def browser(seen: Dashboard) -> Browser:
    return seen.browser


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize(("away", "status"), [(False, 200), (True, 503)])
def test_it_is_ready_when_the_figures_can_be_read(*, away: bool, status: int) -> None:
    dashboard = Dashboard()
    dashboard.totals.away = away
    assert dashboard.browser.get("/readyz").status_code == status
    assert dashboard.browser.get("/livez").status_code == 200


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("page", ["", "regions/35", "regions/35.09", "regions/35.09.01", "regions/35.09.01.2001"])
def test_every_level_has_a_page_in_both_languages(browser: Browser, language: str, page: str) -> None:
    found = browser.get(f"/{language}/{page}")
    assert found.status_code == 200
    assert f'<html lang="{language}"' in found.text
    assert found.text.count("<h1") == 1
    assert "{" not in plain(found.text.partition("<script")[0])


def test_no_language_leads_to_one(browser: Browser) -> None:
    assert browser.get("/", headers={"accept-language": "en"}).headers["location"] == "/en/"


def test_texts_have_both_languages_and_the_same_blanks() -> None:
    for key, text in TEXTS.items():
        assert text.keys() == {"id", "en"}, key
        assert set(re.findall(r"{\w+}", text["id"])) == set(re.findall(r"{\w+}", text["en"])), key


def test_an_unknown_region_is_not_repeated_to_who_asked(browser: Browser) -> None:
    for path in ("/en/regions/00.17", "/api/v1/regions/00.17", "/api/v1/regions/00.17/children.csv"):
        found = browser.get(path)
        assert found.status_code == 404
        assert "00.17" not in found.text.replace("/regions/00.17", "")
    body = browser.get("/api/v1/regions/00.17", headers={"accept-language": "en"}).json()
    assert body["code"] == "region-unknown"


def test_the_first_load_is_small_and_comes_from_here_alone(seen: Dashboard, browser: Browser) -> None:
    for page in ("/en/", "/id/regions/35"):
        html = browser.get(page).text
        assets = [seen.wiring.assets.size(name) for name in ("base.css", "dashboard.css", "live.js")]
        assert len(html.encode()) + sum(assets) <= FIRST_LOAD_BYTES
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
        assert not re.findall(r"<[^>]+ style=|<[^>]+ on\w+=", html)
    assert seen.wiring.assets.size("live.js") <= SCRIPT_BYTES


def rows_of(html: str) -> list[list[str]]:
    """The ranking's region, people and families, as they are read."""
    rows = re.findall(r'<tr data-row="([^"]+)">(.*?)</tr>', html, re.DOTALL)
    return [
        [code, *(plain(cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL))]
        for code, row in rows
    ]


@pytest.mark.parametrize(
    "question", ["", "?sort=households&order=asc", "?sort=name", "?q=kota", "?sort=week&measure=people"]
)
def test_csv_and_json_are_what_the_page_shows(browser: Browser, question: str) -> None:
    shown = rows_of(browser.get(f"/en/regions/35{question}").text)
    children = browser.get(f"/api/v1/regions/35/children{question}").json()["children"]
    lines = list(csv.DictReader(StringIO(browser.get(f"/api/v1/regions/35/children.csv{question}").text)))
    assert [row[0] for row in shown] == [child["region"] for child in children] == [line["region"] for line in lines]
    assert shown
    for row, child, line in zip(shown, children, lines, strict=True):
        people = "< 10" if child["persons"] is None else f"{child['persons']:,}"
        assert row[3] == people.replace("<", "&lt;")
        assert line["persons"] == ("" if child["persons"] is None else str(child["persons"]))


def test_a_share_is_of_a_known_number_only(browser: Browser) -> None:
    children = {each["region"]: each for each in browser.get("/api/v1/regions/00/children").json()["children"]}
    assert children["35"]["share"] == pytest.approx(children["35"]["persons"] / 40_665_696)
    # Today's Papua is a part of that of 2020.
    assert children["91"]["target"] is None
    assert children["91"]["share"] is None
    assert children["91"]["persons"] > 0
    assert "population not known" in browser.get("/en/").text
    assert "No known population" in browser.get("/en/regions/91").text


def test_an_answer_that_is_known_is_not_sent_again(browser: Browser) -> None:
    first = browser.get("/api/v1/regions/35")
    assert "max-age" in first.headers["cache-control"]
    again = browser.get("/api/v1/regions/35", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_history_is_what_was_shown_at_the_end_of_each_day(browser: Browser) -> None:
    days = browser.get("/api/v1/regions/35/history").json()["days"]
    assert len(days) == 20
    assert all(earlier["persons"] <= later["persons"] for earlier, later in pairwise(days))
    assert browser.get("/api/v1/regions/35/history.csv").text.count("\r\n") == 21


def test_a_page_that_was_made_to_be_framed_may_be_and_no_other(browser: Browser) -> None:
    assert "frame-ancestors 'none'" in browser.get("/en/").headers["content-security-policy"]
    embedded = browser.get("/en/regions/35?embed=1")
    assert "frame-ancestors *" in embedded.headers["content-security-policy"]
    assert 'class="embed"' in embedded.text


def test_old_figures_say_so(seen: Dashboard) -> None:
    dashboard = Dashboard(totals=seen.totals, store=seen.store)
    asyncio.run(dashboard.tick())
    assert re.search(r"data-stale[^>]* hidden", dashboard.browser.get("/en/").text)
    dashboard.clock.forward(seconds=30)
    page = dashboard.browser.get("/en/").text
    assert not re.search(r"data-stale[^>]* hidden", page)
    assert "have stood still since" in page


def test_a_page_with_nothing_to_show_is_a_page(browser: Browser) -> None:
    empty = Dashboard()
    asyncio.run(empty.tick())
    assert "fewer than 10 families" in empty.browser.get("/en/").text


class Reader:
    """Reads a stream until it has had some events."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._dashboard = dashboard

    async def read(self, path: str, events: int, between: Any = None, **headers: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        request_path, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": request_path, "raw_path": request_path.encode(), "root_path": "", "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8001),
        }  # fmt: skip
        done = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await done.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            for line in message.get("body", b"").decode().splitlines():
                if line.startswith("data: "):
                    found.append(json.loads(line.removeprefix("data: ")))
                    if len(found) >= events:
                        done.set()
                    elif between is not None:
                        await between()
                    self._dashboard.wiring.streams.strike()

        app: Any = create_app(self._dashboard.wiring)
        await asyncio.wait_for(app(scope, receive, send), 60)
        return found[:events]


def test_a_stream_tells_what_moved_and_nothing_twice() -> None:
    async def run() -> None:
        made, chance = Country(), random.Random(1)
        dashboard = Dashboard(totals=made.totals)
        made.add("35.09.01.2001", 200, chance)
        await dashboard.tick()

        async def more() -> None:
            made.add("35.09.01.2001", 50, chance)
            await dashboard.tick()

        first, second, third = await Reader(dashboard).read("/stream/regions/35", 3, more)
        assert (first["step"], first["region"]["households"]) == (1, 200)
        assert [child["region"] for child in second["children"]] == ["35.09"]
        assert (second["step"], second["region"]["households"]) == (2, 250)
        assert third["region"]["households"] == 300
        (quiet,) = await Reader(dashboard).read("/stream/regions/35", 1, last_event_id="3")
        assert "region" not in quiet
        (missed,) = await Reader(dashboard).read("/stream/regions/35", 1, last_event_id="2")
        assert missed["region"]["households"] == 300
        assert dashboard.wiring.streams.open == 0

    asyncio.run(run())
