"""Pictures of every page of the portal, in both themes: `python -m tests.browser.screenshots FOLDER`.

They are made anew when pages change, and looked at; no test compares them.
"""

import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, FloatRect, sync_playwright

from tests.browser.chromium import launch
from tests.browser.journey import journey, operators_journey
from tests.browser.serving import Served, portal_in_memory

_WAYS: Final = (("form", journey, 360), ("operators", operators_journey, 900))
_LANGUAGES: Final = {"light": "id", "dark": "en"}
_QUALITY: Final = 40
_HIGHEST: Final = 1_300
"""Pixels: what is below looks like what is above."""


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as state,
        portal_in_memory(Path(state)) as served,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for theme in _LANGUAGES:
            _take(browser, served, theme, folder)
        browser.close()


def _take(browser: Browser, served: Served, theme: str, folder: Path) -> None:
    for name, way, width in _WAYS:
        context = browser.new_context(
            viewport={"width": width, "height": 640}, color_scheme="dark" if theme == "dark" else "light"
        )
        page = context.new_page()
        for stop in way(page, served, _LANGUAGES[theme]):
            # A click returns when the next page begins to arrive.
            page.wait_for_load_state("load")
            file = folder / f"{name}-{stop}-{theme}.jpg"
            height = min(page.evaluate("document.documentElement.scrollHeight"), _HIGHEST)
            clip = FloatRect(x=0, y=0, width=width, height=height)
            page.screenshot(path=file, full_page=True, type="jpeg", quality=_QUALITY, clip=clip)
        context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
