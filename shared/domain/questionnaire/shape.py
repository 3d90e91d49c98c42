"""All that is wrong with the shape of a document at once, before any rule is asked.

Decoding a form stops at the first mistake; this is for telling its sender of all of them. A document without problems
here decodes, and one that decodes has no problems here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import islice
from typing import Any, Final

from shared.domain.questionnaire.editions import Editions, published
from shared.domain.questionnaire.expectations import expected
from shared.domain.questionnaire.model import Field, Kind, Questionnaire
from shared.domain.questionnaire.reading import FORM
from shared.domain.words import Words

MOST_PROBLEMS: Final = 100
"""More are not told: an answer must not be many times larger than the form."""

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TYPES: Final[Mapping[Kind, type]] = {
    Kind.CODE: int,
    Kind.INTEGER: int,
    Kind.YES_NO: bool,
    Kind.RECORD: dict,
    Kind.RECORDS: list,
}
_NAMES_COMPARED, _LONGEST_NAME = 5, 40


@dataclass(frozen=True, slots=True)
class ShapeProblem:
    """`pointer` is a JSON pointer (RFC 6901). Neither it nor the words hold anything that was sent."""

    code: str
    pointer: str
    message: Words
    remedy: Words


def problems_of_shape(
    document: object, received_on: date, editions: Editions | None = None
) -> tuple[ShapeProblem, ...]:
    """Never raises, whatever the document.

    Args:
        document: a decoded JSON document.
        received_on: decides which version of the questionnaire holds.
        editions: those published, unless told otherwise.
    """
    stated = document.get("version") if isinstance(document, dict) else None
    questionnaire = (editions or published()).read_by(stated, received_on)
    return problems_by(questionnaire, document)


def problems_by(questionnaire: Questionnaire, document: object) -> tuple[ShapeProblem, ...]:
    """As `problems_of_shape`, by one version."""
    found = tuple(islice(_of_form(questionnaire, document), MOST_PROBLEMS + 1))
    return found if len(found) <= MOST_PROBLEMS else (*found[:MOST_PROBLEMS], _MORE)


def _of_form(questionnaire: Questionnaire, document: object) -> Iterator[ShapeProblem]:
    if isinstance(document, dict):
        yield from _of_record(questionnaire, questionnaire.records[FORM], document, "")
    else:
        yield _NO_OBJECT


def _of_record(
    questionnaire: Questionnaire, fields: tuple[Field, ...], record: Mapping[str, Any], pointer: str
) -> Iterator[ShapeProblem]:
    known = [field.name for field in fields]
    unknown = [name for name in record if name not in known]
    if unknown:
        yield _unknown(unknown, known, pointer)
    for field in fields:
        at = f"{pointer}/{field.name}"
        if field.name in record:
            yield from _of_field(questionnaire, field, record[field.name], at)
        elif field.required:
            yield _problem("shape-missing", field, at)


def _of_field(questionnaire: Questionnaire, field: Field, value: Any, pointer: str) -> Iterator[ShapeProblem]:
    if value is None and field.nullable:
        return
    if type(value) is not _TYPES.get(field.kind, str):
        yield _problem("shape-type", field, pointer)
    elif isinstance(value, list):
        yield from _of_list(questionnaire, field, value, pointer)
    elif isinstance(value, dict):
        yield from _of_record(questionnaire, questionnaire.records[field.record or ""], value, pointer)
    elif not _fits(field, value):
        yield _problem("shape-value", field, pointer)


def _of_list(questionnaire: Questionnaire, field: Field, values: list[Any], pointer: str) -> Iterator[ShapeProblem]:
    if not _within(field, len(values)):
        yield _problem("shape-value", field, pointer)
    for index, value in enumerate(values[: field.high]):
        if isinstance(value, dict):
            yield from _of_record(questionnaire, questionnaire.records[field.record or ""], value, f"{pointer}/{index}")
        else:
            yield _problem("shape-type", field, f"{pointer}/{index}")


def _fits(field: Field, value: Any) -> bool:
    if field.kind is Kind.CODE:
        return any(value == option.code for option in field.options)
    if field.kind is Kind.INTEGER:
        return _within(field, value)
    if field.kind is Kind.DATE:
        return _is_date(value)
    return field.kind is Kind.YES_NO or (
        _within(field, len(value)) and (field.pattern is None or re.search(field.pattern, value) is not None)
    )


def _within(field: Field, size: int) -> bool:
    return (field.low is None or size >= field.low) and (field.high is None or size <= field.high)


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_MORE: Final = ShapeProblem(
    "shape-more",
    "",
    Words("Masih ada kesalahan susunan yang lain.", "There are more mistakes of layout."),
    Words("Perbaiki yang disebut, lalu kirim lagi.", "Mend those that are named and send it again."),
)
_NO_OBJECT: Final = ShapeProblem(
    "shape-type",
    "",
    Words("Formulir bukan objek JSON.", "The form is no JSON object."),
    Words("Kirim satu objek JSON per formulir.", "Send one JSON object a form."),
)
_MESSAGES: Final = {
    "shape-missing": Words('"{}" wajib diisi.', '"{}" is required.'),
    "shape-type": Words('Jenis nilai "{}" tidak sesuai.', 'The value of "{}" is of another type.'),
    "shape-value": Words('Nilai "{}" tidak termasuk yang diizinkan.', 'The value of "{}" is not one of those allowed.'),
}


def _problem(code: str, field: Field, pointer: str) -> ShapeProblem:
    message = _MESSAGES[code]
    words = Words(message.id.format(field.label.id), message.en.format(field.label.en))
    return ShapeProblem(code, pointer, words, expected(field))


def _unknown(names: list[Any], known: list[str], pointer: str) -> ShapeProblem:
    """At the record, because a name that somebody made up may say anything. Names like it are ours to tell."""
    short = [name for name in names[:_NAMES_COMPARED] if len(name) <= _LONGEST_NAME]
    meant = sorted({near for name in short for near in get_close_matches(name, known, n=1)})
    listed = ", ".join(meant)
    return ShapeProblem(
        "shape-unknown",
        pointer,
        Words("Ada nama isian yang tidak dikenal di sini.", "There is a field here whose name is not known."),
        Words(f"Mungkin maksudnya: {listed}.", f"Perhaps this is meant: {listed}.")
        if meant
        else Words("Cocokkan nama isian dengan skema.", "Compare the names of the fields with the schema."),
    )
