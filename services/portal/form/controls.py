"""A field of the questionnaire as something to fill in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.portal.form.checking import Finding
from services.portal.form.draft import value_at
from services.portal.form.pages import Page, Way, under
from services.portal.form.reading import Posted, parts_of, shown_parts, shown_text
from shared.domain.questionnaire import Field, Kind, Place
from shared.domain.words import Words

_HINTS: Final[Mapping[str, Words]] = {
    "birth_date": Words(
        "Dengan angka, misalnya 1 2 1980. Tidak tahu? Isi perkiraan terbaik.",
        "In digits, 1 2 1980 for example. Not known? Give the best estimate.",
    ),
    "at_address_since": Words("Dengan angka, misalnya 7 2015.", "In digits, 7 2015 for example."),
    "card": Words("16 angka di bagian atas Kartu Keluarga.", "16 digits at the top of the family card."),
}
"""Where the questionnaire's own help speaks of how JSON writes it, or of a field that the form fills in itself."""
_NUMBERS: Final = frozenset({"card", "nik", "rt", "rw"})
_NARROW: Final = frozenset({"rt", "rw"})


@dataclass(frozen=True, slots=True)
class Control:
    """`parts`: name and text of each box of a date. `id` is of the first box or choice: errors lead there.

    `skip` names the class that hides it while another answer of the page makes it needless (see `skipping`).
    """

    name: str
    kind: str
    label: str
    hint: str
    value: str
    parts: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, str], ...]
    errors: tuple[Finding, ...]
    optional: bool
    numeric: bool
    narrow: bool
    skip: str

    @property
    def id(self) -> str:
        if self.parts:
            return f"{self.name}-{self.parts[0][0]}"
        return f"{self.name}-{self.choices[0][0]}" if self.choices else self.name


def controls(
    way: Way,
    page: Page,
    document: Mapping[str, Any],
    language: str,
    *,
    posted: Posted | None = None,
    errors: tuple[Finding, ...] = (),
) -> tuple[Control, ...]:
    """What a page shows. `posted`: as somebody typed it, where that is shown again."""
    record = value_at(document, page.base) or {}
    return tuple(
        _control(place, record, language, posted, tuple(each for each in errors if under(each.pointer, at)))
        for place in page.places
        if place.field.kind is not Kind.REGION and way.may_be_asked(place, record, page)
        for at in (page.pointer(place),)
    )


def _control(
    place: Place, record: Mapping[str, Any], language: str, posted: Posted | None, errors: tuple[Finding, ...]
) -> Control:
    field = place.field
    value = record.get(field.name, field.default)
    names = parts_of(field)
    kept = shown_parts(field, value)
    texts = kept if posted is None else {name: posted.get(f"{field.name}-{name}", "") for name in names}
    return Control(
        name=field.name,
        kind="parts" if names else "choice" if field.options else "text",
        label=field.label.in_language(language),
        hint=_HINTS.get(field.name, field.help).in_language(language),
        value=shown_text(field, value) if posted is None else posted.get(field.name, ""),
        parts=tuple((name, texts.get(name, "")) for name in names),
        choices=tuple((shown_text(field, code), label) for code, label in field.choices(language)),
        errors=errors,
        optional=not field.required and field.asked_if is None and field.default is None and field.name not in _NUMBERS,
        numeric=field.name in _NUMBERS,
        narrow=field.name in _NARROW,
        skip=skip_class(field),
    )


def skip_class(field: Field) -> str:
    return f"skip-{field.name}" if field.asked_if is not None and hasattr(field.asked_if, "field") else ""
