"""Every page of the portal in Chromium: barriers, languages, sizes, narrow screens. Each page is loaded once for all."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from services.portal.texts import TEXTS
from tests.browser.axe import bring_axe, grave_findings, grave_findings_in_both_themes
from tests.browser.journey import journey, operators_journey
from tests.browser.serving import Served
from tests.browser.sizes import PAGE_BYTES, Sizes

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

JOURNEYS: Final = {"form": journey, "operators": operators_journey}
LANGUAGES: Final = ("id", "en")
NARROW: Final = 360


@dataclass(frozen=True, slots=True)
class Seen:
    """`lines`: of the text that is shown. `wide`: what the content needs."""

    stop: str
    language: str
    barriers: tuple[str, ...]
    lang: str
    other: tuple[str, ...]
    heading: str
    lines: frozenset[str]
    wide: int
    size: int


@pytest.fixture(scope="module", params=JOURNEYS)
def seen(request: pytest.FixtureRequest, chromium: Browser, served: Served, sizes: Sizes) -> list[Seen]:
    """All pages of a way, in both languages."""
    name: str = request.param
    return [each for language in LANGUAGES for each in _walk(name, language, chromium, served, sizes)]


def _walk(name: str, language: str, chromium: Browser, served: Served, sizes: Sizes) -> Iterator[Seen]:
    context = chromium.new_context(viewport={"width": NARROW, "height": 740})
    bring_axe(context)
    page = context.new_page()
    loaded = sizes.watch(page)
    for stop in JOURNEYS[name](page, served, language):
        # A click returns when the next page begins to arrive.
        page.wait_for_load_state("load")
        found: dict[str, Any] = page.evaluate(_LOOK)
        sizes.note(f"portal, {name}, {language}", stop, loaded[-1])
        yield Seen(
            stop=stop,
            language=language,
            barriers=tuple(grave_findings_in_both_themes(page)),
            lang=found["lang"],
            other=tuple(found["other"]),
            heading=found["heading"],
            lines=frozenset(found["lines"]),
            wide=found["wide"],
            size=loaded[-1],
        )
    context.close()


def test_axe_finds_nothing_grave_on_any_page_in_both_themes(seen: list[Seen]) -> None:
    assert {(each.stop, each.language): each.barriers for each in seen if each.barriers} == {}


def test_every_page_is_in_its_language_and_leads_to_the_other(seen: list[Seen]) -> None:
    for each in seen:
        assert (each.lang, each.other) == (each.language, tuple(set(LANGUAGES) - {each.language})), each.stop


def test_every_page_is_there_in_both_languages_with_words_of_its_own(seen: list[Seen]) -> None:
    headings: dict[str, dict[str, str]] = {}
    for each in seen:
        headings.setdefault(each.stop, {})[each.language] = each.heading
    assert {stop: both for stop, both in headings.items() if len(set(both.values())) != len(LANGUAGES)} == {}


def test_no_page_shows_a_key_where_words_should_be(seen: list[Seen]) -> None:
    keys = {key for key in TEXTS if "-" in key}
    assert {each.stop: each.lines & keys for each in seen if each.lines & keys} == {}


def test_no_page_is_wider_than_a_telephone(seen: list[Seen]) -> None:
    assert {each.stop: each.wide for each in seen if each.wide > NARROW} == {}


def test_no_page_is_larger_than_fifteen_kilobytes(seen: list[Seen]) -> None:
    assert {each.stop: each.size for each in seen if each.size > PAGE_BYTES} == {}


def test_axe_would_find_a_barrier(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/en/form/household")
    page.evaluate("document.querySelector('label[for=card]').remove()")
    page.evaluate("document.querySelector('h1').style.color = '#e0ddd5'")
    found = grave_findings(page)
    assert any(each.startswith("label ") for each in found)
    assert any(each.startswith("color-contrast ") for each in found)


_LOOK: Final = """() => ({
  lang: document.documentElement.lang,
  other: [...document.querySelectorAll(".languages a:not([aria-current])")].map(each => each.lang),
  heading: document.querySelector("h1").lastChild.textContent.trim(),
  lines: document.body.innerText.split("\\n").map(each => each.trim()),
  wide: document.documentElement.scrollWidth,
})"""
