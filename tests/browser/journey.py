"""A way through every page of the portal, by mouse. Each stop is a page that is loaded and can be looked at."""

from collections.abc import Iterator
from datetime import UTC, datetime

from playwright.sync_api import Page

from tests.browser.serving import Served

HEAD = {"name": "Budi Contoh", "nik": "3509120102800001", "year": "1980"}


def journey(page: Page, served: Served, language: str) -> Iterator[str]:
    """Names of the pages, each when it is there."""
    home = f"{served.url}/{language}"
    page.goto(f"{home}/")
    yield "start"
    page.click("a.button.primary")
    yield "household"
    _go_on(page)
    yield "household-errors"
    page.check("#no_card")
    _go_on(page)
    yield from _address(page)
    yield from _person(page, HEAD["nik"])
    yield "people"
    page.goto(f"{home}/form/people/1/remove")
    yield "remove"
    page.goto(f"{home}/form/check")
    yield "check-unfinished"
    page.goto(f"{home}/form/housing")
    yield "housing"
    _housing(page)
    yield "check"
    page.goto(f"{home}/save")
    page.click("button.primary")
    yield "save-errors"
    page.fill("#pin", "271828")
    page.click("button.primary")
    yield "saved"
    yield from _shut(page, served, home)
    served.line.broken = True
    page.goto(f"{home}/form/check")
    yield "check-away"
    page.click("button.primary")
    yield "uncertain"
    served.line.broken = False
    page.click("button.primary")
    yield "receipt"
    page.click("form[action$=status] button")
    yield "status"
    page.goto(f"{home}/status")
    yield "status-ask"
    for name in ("resume", "correct"):
        page.goto(f"{home}/{name}")
        yield name
        page.click("button.primary")
        yield f"{name}-errors"
    page.goto(f"{home}/form/people")
    yield "closed"
    page.goto(f"{home}/nowhere")
    yield "missing"


def fill_in(page: Page, home: str, nik: str) -> None:
    """A family of one, as far as the page where answers are checked and sent."""
    page.goto(f"{home}/form/household")
    page.check("#no_card")
    _go_on(page)
    for _ in (*_address(page), *_person(page, nik)):
        pass
    page.goto(f"{home}/form/housing")
    _housing(page)


def operators_journey(page: Page, served: Served, language: str) -> Iterator[str]:
    home = f"{served.url}/{language}/operators"
    page.goto(f"{home}/sign-in")
    yield "sign-in"
    page.fill("#key", "made up")
    page.click("button.primary")
    yield "sign-in-errors"
    page.fill("#key", served.key)
    page.click("button.primary")
    page.wait_for_selector("#people")
    yield "operations"
    page.goto(f"{home}/conflicts")
    yield "reviews"
    page.goto(f"{home}/conflicts/{served.conflict}")
    yield "review"
    page.goto(f"{home}/aside")
    yield "aside"
    page.click("tbody a")
    yield "aside-one"
    page.goto(f"{home}/conflicts?state=settled")
    yield "reviews-none"


def _shut(page: Page, served: Served, home: str) -> Iterator[str]:
    served.set_deadline(datetime(2021, 1, 1, tzinfo=UTC))
    page.goto(f"{home}/form/check")
    yield "shut"
    served.set_deadline(datetime(2100, 1, 1, tzinfo=UTC))


def _address(page: Page) -> Iterator[str]:
    yield "address"
    for region in ("35", "35.09", "35.09.12"):
        page.select_option("#region", region)
        _go_on(page)
    yield "address-village"
    page.select_option("#region", "35.09.12.2003")
    page.fill("#street", "Jalan Melati 3")
    _go_on(page)


def _person(page: Page, nik: str) -> Iterator[str]:
    yield "person"
    _go_on(page)
    yield "person-errors"
    page.fill("#name", HEAD["name"])
    page.fill("#nik", nik)
    for choice in ("relationship-1", "sex-2", "marital_status-1"):
        page.check(f"#{choice}")
    for part, text in (("day", "1"), ("month", "2"), ("year", HEAD["year"])):
        page.fill(f"#birth_date-{part}", text)
    _go_on(page)
    yield "person-doubts"
    page.check("#sex-1")
    _go_on(page)
    yield "origin"
    _go_on(page)
    yield "residence"
    _go_on(page)
    yield "education"
    page.check("#education-3")
    _go_on(page)
    yield "work"
    page.check("#activity-1")
    page.check("#occupation-6")
    page.check("#work_status-1")
    yield "work-more"
    _go_on(page)


def _housing(page: Page) -> None:
    for choice in ("tenure-1", "electricity-2", "water-3", "toilet-1", "floor-2"):
        page.check(f"#{choice}")
    _go_on(page)


def _go_on(page: Page) -> None:
    page.click("button.primary[value=continue]")
