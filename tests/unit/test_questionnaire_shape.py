"""All mistakes of layout at once. Seen to fail with a bool taken for a code, with null taken everywhere, with a date
read by `fromisoformat` alone, and with the unknown name put into the pointer."""

import copy
import json
import re
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.submission import Submission
from shared.domain.questionnaire import MOST_PROBLEMS, ShapeProblem, in_force, problems_of_shape
from tests.families import family

DAY = date(2026, 11, 24)
LINEAGE = "0d4c7f2e-6f0a-4f3e-9b0e-3a1f5c2d7e90"
WHOLE: dict[str, Any] = family(
    {
        "/id": LINEAGE,
        "/revision": 1,
        "/correction": {"lineage": LINEAGE, "code": "0000-0000-0000-0000-0"},
        "/address/rt": "003",
        "/members/1/address": {"village": "35.78.01.1001", "street": "Jalan Contoh 1"},
        "/members/1/same_as_card": False,
        "/members/1/at_address_since": "2020-01",
        "/members/1/citizenship": 2,
        "/members/1/country": "Jepang",
    }
)
SECRET = "3509121005800001"
POINTER = re.compile(r"^(/(\d+|[a-z_]+))*$")


def found(document: object) -> dict[str, str]:
    """Pointer -> code."""
    return {problem.pointer: problem.code for problem in problems_of_shape(document, DAY)}


def decodes(document: object) -> bool:
    try:
        msgspec.json.decode(json.dumps(document), type=Submission)
    except msgspec.ValidationError:
        return False
    return True


def slots(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything in a document."""
    below = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(slot for name, value in below for slot in slots(value, (*path, name)))]


def put(document: Any, path: tuple[Any, ...], value: object) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(document)
    target = changed
    for part in path[:-1]:
        target = target[part]
    target[path[-1]] = value
    return changed


def drop(document: Any, path: tuple[Any, ...]) -> Any:
    changed = copy.deepcopy(document)
    target = changed
    for part in path[:-1]:
        target = target[part]
    del target[path[-1]]
    return changed


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 12),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=50),
    st.sampled_from(["", "x" * 200, "x" * 201, "2020-02-29", "2021-02-29", "0000-01-01", "20200101", "2020-W01-1"]),
    st.sampled_from(["2020-13", "2020-12", "35.09.12.2003", "３５.09.12.2003", "35.09.12.2003 ", LINEAGE.upper()]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)
PATHS = [path for path in slots(WHOLE) if path]


def test_a_good_form_has_no_problems() -> None:
    assert found(WHOLE) == {}
    assert decodes(WHOLE)


@given(st.lists(st.tuples(st.sampled_from(PATHS), ODD), min_size=1, max_size=4))
def test_a_document_has_problems_exactly_where_it_does_not_decode(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = WHOLE
    for path, value in changes:
        try:
            document = put(document, path, value)
        except (KeyError, TypeError, IndexError):
            continue  # an earlier change took away what this one would change
    assert bool(found(document)) is not decodes(document)


@given(st.sampled_from(PATHS))
def test_what_is_left_out_is_missed_exactly_where_it_is_required(path: tuple[Any, ...]) -> None:
    document = drop(WHOLE, path)
    pointers = ["/" + "/".join(str(part) for part in path)]
    assert list(found(document)) == ([] if decodes(document) else pointers)


@given(st.recursive(ODD, lambda inner: st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=10))
def test_nothing_raises(document: object) -> None:
    assert found(document)


def test_all_mistakes_are_told_at_once() -> None:
    document = family({"/card": 5, "/address/village": "Patrang", "/members/0/sex": 3, "/members/2/name": None})
    document["members"][1]["birth_date"] = "1983-02-30"
    document["housing"] = {"tenure": 1, "electricity": True, "watre": 2, "toilet": 9}
    assert found(document) == {
        "/card": "shape-type",
        "/address/village": "shape-value",
        "/members/0/sex": "shape-value",
        "/members/1/birth_date": "shape-value",
        "/members/2/name": "shape-missing",
        "/housing": "shape-unknown",
        "/housing/electricity": "shape-type",
        "/housing/water": "shape-missing",
        "/housing/toilet": "shape-value",
        "/housing/floor": "shape-missing",
    }


@pytest.mark.parametrize("document", [None, 1, "form", [], [WHOLE]])
def test_what_is_no_object_is_said_to_be_none(document: object) -> None:
    assert found(document) == {"": "shape-type"}


def only(document: object) -> ShapeProblem:
    (problem,) = problems_of_shape(document, DAY)
    return problem


def test_a_remedy_says_what_may_stand_there() -> None:
    problem = only(put(WHOLE, ("members", 0, "sex"), 3))
    assert problem.message.en == 'The value of "Sex" is not one of those allowed.'
    assert problem.remedy.en == "Choose one code: 1 (Male), 2 (Female)."
    assert problem.remedy.id == "Pilih satu kode: 1 (Laki-laki), 2 (Perempuan)."
    assert "1980-02-01" in only(put(WHOLE, ("members", 0, "birth_date"), "1980-2-1")).remedy.id
    assert "1 to 60" in only(put(WHOLE, ("members",), [])).remedy.en
    assert "1 to 200" in only(put(WHOLE, ("members", 0, "name"), "")).remedy.en


def test_a_mistyped_name_is_recognised() -> None:
    document = put(WHOLE, ("members", 0, "birth_dat"), "1980-02-01")
    assert only(document).remedy.en == "Perhaps this is meant: birth_date."


def test_every_field_has_words_for_each_mistake_in_both_languages() -> None:
    for place in in_force(DAY).places:
        path = tuple(0 if part == "*" else part for part in place.pointer[1:].split("/"))
        whole = put(WHOLE, ("members", 0, "address"), WHOLE["address"])
        at_field = place.pointer.replace("*", "0")
        (problem,) = (each for each in problems_of_shape(put(whole, path, object()), DAY) if each.pointer == at_field)
        for language in ("id", "en"):
            assert place.field.label.in_language(language) in problem.message.in_language(language)
            assert problem.remedy.in_language(language).endswith(".")


@given(st.sampled_from(PATHS), st.sampled_from([SECRET, int(SECRET), [SECRET], {SECRET: SECRET}, {"name": SECRET}]))
def test_nothing_that_was_sent_is_told(path: tuple[Any, ...], secret: object) -> None:
    document = put(put(WHOLE, path, secret), (SECRET,), SECRET)
    told = problems_of_shape(document, DAY)
    assert told
    assert SECRET not in repr(told)
    assert all(POINTER.match(problem.pointer) for problem in told)


def test_an_answer_cannot_be_much_larger_than_the_form() -> None:
    crowd = put(WHOLE, ("members",), [{}] * 100_000)
    told = problems_of_shape(crowd, DAY)
    assert len(told) == MOST_PROBLEMS + 1
    assert told[0].pointer == "/members"
    assert told[-1].code == "shape-more"
