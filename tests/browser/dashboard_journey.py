"""A way through every page of the dashboard. Each stop is a page that is loaded, with what it loads later, and can be
looked at."""

from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Page, expect

from services.dashboard.ports import Closing
from tests.browser.serving_dashboard import ServedDashboard
from tests.running import wait_for

_PLACES: Final = {
    "nation": "",
    "province": "regions/35",
    "province-people": "regions/35?measure=people&sort=households&order=asc",
    "other-province": "regions/34",
    "regency": "regions/35.09",
    "district": "regions/35.09.01",
    "village": "regions/35.09.01.2001",
    "embedded": "regions/35?embed=1",
    "search": "regions/35?q=kota",
    "search-none": "regions/35?q=nowhere",
}
_OTHERS: Final = {
    "missing": "regions/99",
    "agencies": "agencies?region=35",
    "agencies-none": "agencies?region=31",
    "agency": "agencies/35.01-DINKES",
    "agency-missing": "agencies/35.01-NONE",
    "report": "report?region=35",
    "own": "own",
}
_AWAY_SECONDS: Final = 30
_PATIENCE_MS: Final = 20_000
_NOTE_WHAT_IS_HEARD: Final = """
const Heard = window.EventSource;
window.EventSource = class extends Heard {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", () => { document.documentElement.dataset.heard = "yes"; });
  }
};
"""


def dashboard_journey(page: Page, served: ServedDashboard, language: str) -> Iterator[str]:
    """Names of the pages, each when it is there."""
    page.add_init_script(_NOTE_WHAT_IS_HEARD)
    home = f"{served.url}/{language}"
    for stop, path in _PLACES.items():
        page.goto(f"{home}/{path}")
        _hears(page)
        yield stop
    for stop, path in _OTHERS.items():
        page.goto(f"{home}/{path}")
        yield stop
    for stop, key in (("own-refused", "made up"), ("own-figures", served.key)):
        _ask_for_own(page, home, key)
        yield stop
    served.dashboard.totals.away = True
    try:
        _ask_for_own(page, home, served.key)
        yield "away"
        served.dashboard.clock.forward(seconds=_AWAY_SECONDS)
        page.goto(f"{home}/regions/35.09")
        expect(page.locator("[data-stale]")).to_be_visible()
        yield "stale"
    finally:
        served.dashboard.totals.away = False


def closed_journey(page: Page, served: ServedDashboard, language: str) -> Iterator[str]:
    """The census is closed while somebody looks, and stays so."""
    page.goto(f"{served.url}/{language}/regions/35")
    totals = served.dashboard.totals.regions
    published = served.dashboard.wiring.published
    served.dashboard.store.closed = Closing("2026-09-26T07:03:00Z", {code: dict(each) for code, each in totals.items()})
    wait_for(lambda: published.closed_at)
    expect(page.locator("[data-final]")).to_be_visible(timeout=_PATIENCE_MS)
    yield "closed"
    page.goto(f"{served.url}/{language}/agencies?region=35")
    expect(page.locator("[data-final]")).to_be_visible()
    yield "agencies-closed"


def _ask_for_own(page: Page, home: str, key: str) -> None:
    page.goto(f"{home}/own")
    page.fill("#key", key)
    with page.expect_navigation():
        page.click("button.primary")


def _hears(page: Page) -> None:
    """The first message of the stream has come, and what it writes is written."""
    expect(page.locator("html")).to_have_attribute("data-heard", "yes")
