"""Pictures of the dashboard: `python -m tests.browser.dashboard_screenshots FOLDER`.

They are made anew when pages change, and looked at; no test compares them.
"""

import sys
from functools import partial
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from shared.domain.regions import catalogue
from tests.browser.chromium import launch
from tests.browser.serving_dashboard import ServedDashboard, dashboard_in_memory
from tests.running import wait_for

_PICTURES: Final = (
    ("nation-light", "en/?paused=1", 1280, 1000),
    ("nation-dark", "id/?paused=1&theme=dark", 1280, 1000),
    ("province-light", "id/regions/35?paused=1", 1280, 1000),
    ("province-dark", "en/regions/35?paused=1&theme=dark", 1280, 1000),
    ("phone-light", "id/regions/35?paused=1", 360, 1100),
    ("phone-dark", "id/regions/35.09?paused=1&theme=dark", 360, 1100),
    ("wall-dark", "id/regions/35?paused=1&theme=dark", 2560, 1440),
    ("agencies-light", "en/agencies?region=35", 1280, 1000),
    ("report-light", "id/report?region=35", 1280, 1000),
)
_QUALITY: Final = 55


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with dashboard_in_memory(past=60, with_agencies=38) as served, sync_playwright() as playwright:
        browser = launch(playwright)
        _come_in(served)
        for name, path, width, height in _PICTURES:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(f"{served.url}/{path}")
            page.screenshot(path=folder / f"dashboard-{name}.jpg", type="jpeg", quality=_QUALITY)
            page.close()
        # Below the fold: what there is beside the map.
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{served.url}/en/regions/35?paused=1")
        page.locator(".charts").screenshot(path=folder / "dashboard-charts-light.jpg", type="jpeg", quality=_QUALITY)
        browser.close()


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
