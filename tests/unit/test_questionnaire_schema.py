"""The JSON Schema made from the questionnaire against the record that keeps the answers."""

import json
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker, validators

from shared.contracts.submission import Submission
from shared.domain.questionnaire import in_force, problems_of_shape, published
from shared.domain.questionnaire.json_schema import json_schema
from tests.unit.test_questionnaire_shape import DAY, ODD, PATHS, WHOLE, drop, put

SCHEMA = json_schema(in_force(date(2026, 11, 24)))
# The one difference that there is: to JSON Schema 1.0 is an integer, to the record it is not.
_WRITTEN_AS_INTEGERS = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
_STRICT = validators.extend(Draft202012Validator, type_checker=_WRITTEN_AS_INTEGERS)  # type: ignore[no-untyped-call]  # not typed there
VALIDATOR = _STRICT(SCHEMA, format_checker=FormatChecker(["date"]))

EDGES = (
    *(None, True, False, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 2**31 - 1, 2**31),
    *("x" * length for length in (0, 1, 8, 9, 15, 16, 40, 41, 200, 201)),
    *("2020-02-29", "2021-02-29", "2020-2-9", "2020-12", "2020-13", "35.09.12.2003", "35.09.12"),
)


def judged(document: Any) -> dict[str, bool]:
    """Who takes the document."""
    try:
        msgspec.json.decode(json.dumps(document), type=Submission)
    except msgspec.ValidationError:
        kept = False
    else:
        kept = True
    return {
        "record": kept,
        "schema": VALIDATOR.is_valid(document),
        "words": not problems_of_shape(document, DAY),
    }


@pytest.mark.parametrize("questionnaire", list(published()), ids=lambda each: f"version {each.version}")
def test_the_schema_of_every_version_is_one(questionnaire: Any) -> None:
    Draft202012Validator.check_schema(json_schema(questionnaire))


def test_a_good_form_is_taken_by_all() -> None:
    assert set(judged(WHOLE).values()) == {True}


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(PATHS), ODD), min_size=1, max_size=3))
def test_schema_and_record_take_and_refuse_the_same_documents(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Shown to catch: a code that may be null although it must be given."""
    document = WHOLE
    for path, value in changes:
        try:
            document = put(document, path, value)
        except (KeyError, TypeError, IndexError):
            continue  # an earlier change took away what this one would change
    assert len(set(judged(document).values())) == 1, judged(document)


def test_at_every_field_the_edges_are_the_same() -> None:
    """Shown to catch: `maxLength` left out; a date by its pattern alone; one code of a list left out."""
    whole = put(WHOLE, ("members", 0, "address"), WHOLE["address"])
    for place in in_force(DAY).places:
        path = tuple(0 if part == "*" else part for part in place.pointer[1:].split("/"))
        for value in EDGES:
            document = put(whole, path, value)
            assert len(set(judged(document).values())) == 1, (place.pointer, value)


@pytest.mark.parametrize("path", [(), ("address",), ("members", 0), ("housing",), ("correction",)])
def test_another_name_is_refused_by_all(path: tuple[Any, ...]) -> None:
    """Shown to catch: other names allowed by the schema."""
    assert set(judged(put(WHOLE, (*path, "shoe_size"), 1)).values()) == {False}


@given(st.sampled_from(PATHS))
def test_schema_and_record_miss_the_same_fields(path: tuple[Any, ...]) -> None:
    """Shown to catch: `required` left out of records in records."""
    document = drop(WHOLE, path)
    assert len(set(judged(document).values())) == 1, judged(document)


def test_the_schema_speaks_both_languages() -> None:
    sex = SCHEMA["$defs"]["member"]["properties"]["sex"]
    assert (sex["title"], sex["x-id"]["title"]) == ("Sex", "Jenis kelamin")
    assert [(each["const"], each["title"], each["x-id"]["title"]) for each in sex["oneOf"]] == [
        (1, "Male", "Laki-laki"),
        (2, "Female", "Perempuan"),
    ]
