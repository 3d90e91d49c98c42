"""A draft as it is read again before it is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.portal.form.choosing import place_name
from services.portal.form.draft import Document, Draft, value_at
from services.portal.form.pages import Kind as PageKind
from services.portal.form.pages import Page, Way
from services.portal.form.reading import shown_parts
from shared.domain.questionnaire import Field, Kind


@dataclass(frozen=True, slots=True)
class Row:
    """`value` is empty where there is no answer."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Section:
    """The answers of one page. `person`, `person_number`: whose they are. `is_address`: of a page that asks where."""

    slug: str
    title: str
    person: str
    person_number: int | None
    is_address: bool
    rows: tuple[Row, ...]


def sections(draft: Draft, way: Way, form: Document, language: str) -> tuple[Section, ...]:
    """`form`: what would be sent, so that what is shown is what is sent."""
    return tuple(_section(page, draft, way, form, language) for page in way.pages(draft))


def _section(page: Page, draft: Draft, way: Way, form: Document, language: str) -> Section:
    name = "" if page.person is None else draft.members[draft.index(page.person)].get("name", "")
    record = value_at(form, page.base) or {}
    rows = tuple(_rows(page, way, record, form, language))
    title = way.questionnaire.topic(page.topic).label.in_language(language)
    return Section(page.slug, title, name, page.person, page.kind is PageKind.ADDRESS, rows)


def _rows(page: Page, way: Way, record: Document, form: Document, language: str) -> Iterator[Row]:
    # An address hangs on nothing of its own record, and the person's is one level up.
    age = way.age(record)
    for place in page.places:
        field = place.field
        if field.is_asked(record, age):
            yield Row(field.label.in_language(language), shown(field, record.get(field.name, field.default), language))
        if field.name == "card" and "code" in form:
            code = way.questionnaire.place("/code").field
            yield Row(code.label.in_language(language), str(form["code"]))


def shown(field: Field, value: Any, language: str) -> str:
    """An answer as its family reads it."""
    if value is None:
        return ""
    if field.kind in {Kind.CODE, Kind.YES_NO}:
        return dict(field.choices(language)).get(value, "")
    if field.kind in {Kind.DATE, Kind.MONTH}:
        parts = shown_parts(field, value)
        return "-".join(parts[name] for name in ("day", "month", "year") if name in parts)
    return place_name(value) if field.kind is Kind.REGION else str(value)
