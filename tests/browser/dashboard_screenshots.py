"""Pictures of every page of the dashboard, in both themes, wide and narrow:
`python -m tests.browser.dashboard_screenshots FOLDER`.

They are made anew when pages change, and looked at; no test compares them.
"""

import sys
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

from shared.domain.regions import catalogue
from tests.browser.chromium import launch
from tests.browser.dashboard_journey import closed_journey, dashboard_journey
from tests.browser.serving_dashboard import ServedDashboard, dashboard_in_memory
from tests.running import wait_for

_FIRST_SIGHT: Final = (
    ("live-light", "en/?paused=1", 1280, 1000),
    ("live-dark", "en/regions/35?paused=1&theme=dark", 1280, 1000),
    ("live-phone", "id/regions/35?paused=1", 360, 1100),
    ("live-wall", "id/regions/35?paused=1&theme=dark", 2560, 1440),
)
"""What a screen shows before anybody scrolls: for the front page of the project."""
_WIDTHS: Final = {"": 1280, "-phone": 360}
_LANGUAGES: Final = {"light": "id", "dark": "en"}
_LIKE_OTHERS: Final = frozenset({"search", "search-none", "agencies-none", "province-people"})
_ON_A_PHONE: Final = frozenset(
    {"nation", "province", "regency", "agencies", "agency", "report", "own-figures", "stale"}
)
"""Of these a narrow picture is kept, too: the others are as wide as they are."""
_WITH_ALL_CHARTS: Final = "province"
"""They are below what its picture shows."""
_QUALITY: Final = 35
_HIGHEST: Final = 1_500
"""Pixels: what is below looks like what is above."""


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with dashboard_in_memory(past=60, with_agencies=38) as served, sync_playwright() as playwright:
        browser = launch(playwright)
        _come_in(served)
        for name, path, width, height in _FIRST_SIGHT:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(f"{served.url}/{path}")
            page.screenshot(path=folder / f"{name}.jpg", type="jpeg", quality=_QUALITY)
            page.close()
        for theme in _LANGUAGES:
            _take(browser, served, theme, folder)
        browser.close()


def _take(browser: Browser, served: ServedDashboard, theme: str, folder: Path) -> None:
    context = browser.new_context(color_scheme="dark" if theme == "dark" else "light")
    page = context.new_page()
    stops = [dashboard_journey(page, served, _LANGUAGES[theme])]
    # A closed census stays closed.
    if theme == [*_LANGUAGES][-1]:
        stops.append(closed_journey(page, served, _LANGUAGES[theme]))
    for stop in chain.from_iterable(stops):
        for name, width in _WIDTHS.items():
            if stop in _LIKE_OTHERS or (name and stop not in _ON_A_PHONE):
                continue
            _keep(page, width, folder / f"dashboard-{stop}{name}-{theme}.jpg")
            if stop == _WITH_ALL_CHARTS:
                file = folder / f"dashboard-charts{name}-{theme}.jpg"
                page.locator(".charts").screenshot(path=file, type="jpeg", quality=_QUALITY)
    context.close()


def _keep(page: Page, width: int, file: Path) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    height = min(page.evaluate("document.documentElement.scrollHeight"), _HIGHEST)
    clip = FloatRect(x=0, y=0, width=width, height=height)
    page.screenshot(path=file, full_page=True, type="jpeg", quality=_QUALITY, clip=clip)


def _come_in(served: ServedDashboard) -> None:
    """Families in two steps, so that the pictures have a rate."""
    for _ in range(2):
        step = served.dashboard.wiring.published.step
        for village in ("35.09.01.2001", "35.15.08.2001", "35.78.01.1001", "32.73.01.1001", "12.71.01.1001"):
            if village in catalogue():
                served.answer(village, 120)
        wait_for(partial(_has_moved, served, step))


def _has_moved(served: ServedDashboard, step: int) -> bool | None:
    return served.dashboard.wiring.published.step > step or None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
