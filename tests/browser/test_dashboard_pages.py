"""The dashboard in Chromium: barriers in both languages and themes, narrow screens, figures that move by themselves."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import bring_axe, grave_findings_in_both_themes
from tests.browser.serving_dashboard import ServedDashboard, dashboard_in_memory
from tests.browser.sizes import Sizes

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NARROW: Final = 360
FIRST_LOAD_BYTES: Final = 200_000
PAGES: Final = (
    "",
    "regions/35",
    "regions/34",
    "regions/35.09",
    "regions/35.09.01.2001",
    "regions/99",
    "agencies",
    "agencies/35.01-DINKES",
    "report?region=35",
    "own",
)


@pytest.fixture(scope="module")
def dashboard() -> Iterator[ServedDashboard]:
    with dashboard_in_memory() as served:
        yield served


@pytest.fixture(scope="module")
def checked(chromium: Browser) -> Iterator[Page]:
    """One page for all that are looked through by axe."""
    context = chromium.new_context(viewport={"width": NARROW, "height": 740})
    bring_axe(context)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_grave_in_both_languages_and_themes(
    dashboard: ServedDashboard, checked: Page, path: str
) -> None:
    for language in ("id", "en"):
        answer = checked.goto(f"{dashboard.url}/{language}/{path}")
        assert answer is not None
        assert answer.status == (404 if path == "regions/99" else 200)
        assert grave_findings_in_both_themes(checked) == []
        assert checked.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_a_first_load_is_small(dashboard: ServedDashboard, page: Page, sizes: Sizes) -> None:
    loaded: list[int] = []
    page.on("requestfinished", lambda request: loaded.append(request.sizes()["responseBodySize"]))
    page.goto(f"{dashboard.url}/en/?paused=1")
    page.wait_for_load_state("networkidle")
    sizes.say(f"dashboard, first load: {len(loaded)} requests, {sum(loaded):,} bytes")
    assert 0 < sum(loaded) <= FIRST_LOAD_BYTES


def test_figures_move_by_themselves_within_two_seconds_of_their_step(dashboard: ServedDashboard, page: Page) -> None:
    page.goto(f"{dashboard.url}/en/regions/35.09")
    before = page.locator("[data-cell=households]").inner_text()
    dashboard.answer("35.09.01.2001", 100)
    expect(page.locator("[data-cell=households]")).to_have_text(
        f"{int(before.replace(',', '')) + 100:,}", timeout=10_000
    )
    assert "behind" in page.locator("[data-fresh]").inner_text()


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
