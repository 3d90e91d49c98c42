"""Chromium as the system has it; where there is none, these tests are skipped and say so."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import NoChromium, launch
from tests.browser.serving import Served, portal_in_memory
from tests.browser.sizes import Sizes

SIZES = pytest.StashKey[Sizes]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SIZES] = Sizes()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash[SIZES].lines():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def sizes(pytestconfig: pytest.Config) -> Sizes:
    return pytestconfig.stash[SIZES]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Ends with its module: Playwright keeps an event loop in this thread, and no other can run beside it."""
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except NoChromium as absent:
            pytest.skip(str(absent))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with portal_in_memory(tmp_path_factory.mktemp("portal")) as served:
        yield served


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh browser of a telephone's width."""
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()
