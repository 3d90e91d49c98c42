"""What a browser posts, as answers: text of fields to values of the questionnaire."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.domain.questionnaire import Field, Kind, Place

Posted = Mapping[str, str]
DATE_PARTS: Final = ("day", "month", "year")
MONTH_PARTS: Final = ("month", "year")
_LONGEST: Final = 400
"""Longer than every field: a text that is too long stays too long, and no more."""


def read_answers(places: Sequence[Place], posted: Posted) -> dict[str, Any]:
    """By name of the field; None where it was left empty. What cannot be an answer comes as text: the checks of the
    questionnaire find it."""
    return {place.field.name: read_answer(place.field, posted) for place in places}


def read_answer(field: Field, posted: Posted) -> Any:
    match field.kind:
        case Kind.DATE:
            return _joined(field.name, DATE_PARTS, posted)
        case Kind.MONTH:
            return _joined(field.name, MONTH_PARTS, posted)
        case Kind.CODE | Kind.YES_NO | Kind.INTEGER:
            return _chosen(field, text_of(posted, field.name))
        case _:
            return text_of(posted, field.name) or None


def text_of(posted: Posted, name: str) -> str:
    """Without white space around it and without characters that nobody can type."""
    return "".join(each for each in posted.get(name, "")[:_LONGEST] if each.isprintable()).strip()


def parts_of(field: Field) -> tuple[str, ...]:
    return {Kind.DATE: DATE_PARTS, Kind.MONTH: MONTH_PARTS}.get(field.kind, ())


def shown_text(field: Field, value: Any) -> str:
    """The inverse, for a control of one part."""
    if value is None:
        return ""
    return ("true" if value else "false") if field.kind is Kind.YES_NO else str(value)


def shown_parts(field: Field, value: Any) -> dict[str, str]:
    """The inverse, for a control of several parts."""
    names = parts_of(field)
    texts = str(value or "").split("-")
    return dict(zip(reversed(names), texts, strict=False)) if len(texts) == len(names) else {}


def _joined(name: str, parts: Sequence[str], posted: Posted) -> str | None:
    texts = [text_of(posted, f"{name}-{part}") for part in reversed(parts)]
    if not any(texts):
        return None
    year, *rest = texts
    return "-".join([year, *(each.zfill(2) for each in rest)])


def _chosen(field: Field, text: str) -> Any:
    """The code of an option; the text itself where it is none."""
    for option in field.options:
        if text == shown_text(field, option.code):
            return option.code
    return text or None
