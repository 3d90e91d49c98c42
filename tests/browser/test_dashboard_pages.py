"""The dashboard in Chromium: barriers in both languages and themes, narrow screens, figures that move by themselves."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from services.dashboard.texts import TEXTS
from tests.browser.axe import bring_axe, grave_findings_in_both_themes
from tests.browser.dashboard_journey import closed_journey, dashboard_journey
from tests.browser.serving_dashboard import ServedDashboard, dashboard_in_memory
from tests.browser.sizes import Sizes
from tests.running import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LANGUAGES: Final = ("id", "en")
NARROW: Final = 360
FIRST_LOAD_BYTES: Final = 200_000
SCRIPT_BYTES: Final = 60_000
MOVED_SECONDS: Final = 2.0
TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """`lines`: of the text that is shown. `wide`: what the content needs."""

    stop: str
    language: str
    barriers: tuple[str, ...]
    lang: str
    other: str
    lines: frozenset[str]
    wide: int


@pytest.fixture(scope="module")
def dashboard() -> Iterator[ServedDashboard]:
    with dashboard_in_memory() as served:
        yield served


@pytest.fixture(scope="module")
def seen(chromium: Browser, sizes: Sizes) -> list[Seen]:
    """All pages in both languages, of a dashboard that is closed in the end."""
    with dashboard_in_memory() as served:
        ways = (dashboard_journey, closed_journey)
        return [
            each for way in ways for language in LANGUAGES for each in _walk(way, language, chromium, served, sizes)
        ]


def _walk(
    way: Callable[[Page, ServedDashboard, str], Iterator[str]],
    language: str,
    chromium: Browser,
    served: ServedDashboard,
    sizes: Sizes,
) -> Iterator[Seen]:
    context = chromium.new_context(viewport={"width": NARROW, "height": 740})
    bring_axe(context)
    page = context.new_page()
    loaded = sizes.watch(page)
    for stop in way(page, served, language):
        found: dict[str, Any] = page.evaluate(_LOOK)
        sizes.note(f"dashboard, {language}", stop, loaded[-1])
        yield Seen(
            stop=stop,
            language=language,
            barriers=tuple(grave_findings_in_both_themes(page)),
            lang=found["lang"],
            other=found["other"],
            lines=frozenset(found["lines"]),
            wide=found["wide"],
        )
    context.close()


def test_axe_finds_nothing_grave_on_any_page_in_both_themes(seen: list[Seen]) -> None:
    assert len({each.stop for each in seen}) > 20
    assert {(each.stop, each.language): each.barriers for each in seen if each.barriers} == {}


def test_no_page_is_wider_than_a_telephone(seen: list[Seen]) -> None:
    assert {(each.stop, each.language): each.wide for each in seen if each.wide > NARROW} == {}


def test_every_page_is_in_its_language_and_leads_to_the_other(seen: list[Seen]) -> None:
    for each in seen:
        other = next(language for language in LANGUAGES if language != each.language)
        assert (each.lang, each.other) == (each.language, other), each.stop


def test_every_page_has_words_of_its_own_in_both_languages(seen: list[Seen]) -> None:
    shown: dict[str, list[frozenset[str]]] = {}
    for each in seen:
        shown.setdefault(each.stop, []).append(each.lines)
    for stop, (indonesian, english) in shown.items():
        assert indonesian - english, stop
        assert english - indonesian, stop


def test_no_page_shows_a_key_where_words_should_be(seen: list[Seen]) -> None:
    keys = {key for key in TEXTS if "_" in key}
    assert {each.stop: each.lines & keys for each in seen if each.lines & keys} == {}


def test_a_first_load_is_small(dashboard: ServedDashboard, page: Page, sizes: Sizes) -> None:
    loaded: dict[str, int] = {}
    page.on("requestfinished", lambda request: loaded.update({request.url: request.sizes()["responseBodySize"]}))
    page.goto(f"{dashboard.url}/en/?paused=1")
    page.wait_for_load_state("networkidle")
    scripts = [size for url, size in loaded.items() if ".js" in url]
    sizes.say(
        f"dashboard, first load: {len(loaded)} requests, {sum(loaded.values()):,} bytes, {sum(scripts):,} of scripts"
    )
    assert 0 < sum(loaded.values()) <= FIRST_LOAD_BYTES
    assert 0 < sum(scripts) <= SCRIPT_BYTES


def test_figures_move_by_themselves_within_two_seconds_of_their_step(
    dashboard: ServedDashboard, page: Page, sizes: Sizes
) -> None:
    page.goto(f"{dashboard.url}/en/regions/35.09")
    took: list[float] = []
    # Whoever shares the machine may be in the way once or twice, not every time.
    while min(took, default=inf) > MOVED_SECONDS and len(took) < TRIES:
        before, step = _households(page), dashboard.dashboard.wiring.published.step
        dashboard.answer("35.09.01.2001", 100)
        wait_for(partial(_has_stepped, dashboard, step))
        stepped = time.monotonic()
        expect(page.locator("[data-cell=households]")).to_have_text(f"{before + 100:,}", timeout=20_000)
        took.append(time.monotonic() - stepped)
    sizes.say(f"the public page moved {min(took):.2f} s after a step")
    assert min(took) <= MOVED_SECONDS, took
    assert "behind" in page.locator("[data-fresh]").inner_text()


@pytest.mark.parametrize("answer", ["none", "a refusal"])
def test_figures_move_where_no_stream_gets_through(dashboard: ServedDashboard, page: Page, answer: str) -> None:
    page.route("**/stream/**", lambda route: route.abort() if answer == "none" else route.fulfill(status=503))
    page.goto(f"{dashboard.url}/en/regions/35.09")
    before = _households(page)
    dashboard.answer("35.09.01.2003", 100)
    expect(page.locator("[data-cell=households]")).to_have_text(f"{before + 100:,}", timeout=60_000)


def _has_stepped(dashboard: ServedDashboard, step: int) -> bool | None:
    return dashboard.dashboard.wiring.published.step > step or None


def _households(page: Page) -> int:
    return int(page.locator("[data-cell=households]").inner_text().replace(",", ""))


def test_a_paused_page_stands_still_and_says_so_in_its_address(dashboard: ServedDashboard, page: Page) -> None:
    page.goto(f"{dashboard.url}/en/regions/35.09")
    page.get_by_role("button", name="Pause").press("Enter")
    assert "paused=1" in page.url
    before = page.locator("[data-cell=households]").inner_text()
    step = dashboard.dashboard.wiring.published.step
    dashboard.answer("35.09.01.2002", 100)
    page.wait_for_timeout(100)
    while dashboard.dashboard.wiring.published.step == step:
        page.wait_for_timeout(100)
    assert page.locator("[data-cell=households]").inner_text() == before
    page.get_by_role("button", name="Resume").press("Enter")
    # The step above may have been that of an earlier test's families.
    dashboard.answer("35.09.01.2002", 100)
    expect(page.locator("[data-cell=households]")).not_to_have_text(before, timeout=20_000)


def test_everything_is_there_without_javascript(dashboard: ServedDashboard, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": NARROW, "height": 740})
    page = context.new_page()
    page.goto(f"{dashboard.url}/en/regions/35")
    page.get_by_role("searchbox").fill("kota")
    page.get_by_role("button", name="Search").press("Enter")
    rows = page.locator("tr[data-row]")
    assert rows.count() == 9
    page.get_by_role("link", name="Kota Surabaya").first.click()
    assert page.locator("h1").inner_text() == "Kota Surabaya"
    context.close()


_LOOK: Final = """() => ({
  lang: document.documentElement.lang,
  other: document.querySelector(".languages a:not([aria-current])").lang,
  lines: document.body.innerText.split("\\n").map(each => each.trim()),
  wide: document.documentElement.scrollWidth,
})"""
