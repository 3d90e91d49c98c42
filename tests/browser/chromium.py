"""Chromium as the system has it: none is ever downloaded."""

import shutil
from typing import Final

from playwright.sync_api import Browser, Playwright

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")


class NoChromium(Exception):
    """There is none on the path."""


def launch(playwright: Playwright) -> Browser:
    """Raises NoChromium."""
    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if program is None:
        raise NoChromium("no Chromium here; on Debian: apt-get install chromium")
    # The sandbox needs user namespaces, which containers often have not; the pages are our own.
    return playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
