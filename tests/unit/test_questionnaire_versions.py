"""A second version of the questionnaire, made here, and what becomes of forms that answer the first.

It asks something new, no longer offers a code, offers another instead, and asks everybody what some could leave out.
"""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from shared.contracts import submission
from shared.contracts.reading import WrongShape, read_form
from shared.domain import questionnaire
from shared.domain.questionnaire import Editions, problems_of_shape, read_questionnaire
from shared.domain.questionnaire.json_schema import json_schema
from shared.domain.rules import Context, check
from tests.families import family

FIRST_FILE = Path(questionnaire.__file__).with_name("data") / "v1.json"
CHANGE = date(2026, 10, 1)
BEFORE, AFTER = date(2026, 9, 30), date(2026, 10, 15)
INTERNET: dict[str, Any] = {
    "name": "internet",
    "topic": "housing",
    "type": "yes_no",
    "label": {"id": "Internet di rumah?", "en": "Internet at home?"},
    "help": {"id": "Lewat kabel atau telepon.", "en": "By cable or telephone."},
}


def first() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(FIRST_FILE.read_text(encoding="utf-8"))
    return document


def second() -> dict[str, Any]:
    document = copy.deepcopy(first())
    document |= {"version": 2, "in_force_since": CHANGE.isoformat()}
    records, codes = document["records"], document["code_lists"]
    (version,) = (field for field in records["submission"] if field["name"] == "version")
    version["max"] = 2
    records["housing"].append(INTERNET)
    codes["tenure"] = [entry for entry in codes["tenure"] if entry["code"] != 3]
    codes["tenure"].append({"code": 6, "label": {"id": "Rumah bersama", "en": "Shared dwelling"}})
    (certificate,) = (field for field in records["member"] if field["name"] == "birth_certificate")
    certificate["required"] = True
    return document


EDITIONS = Editions([read_questionnaire(first()), read_questionnaire(second())])


class Housing2(submission.Housing, frozen=True, kw_only=True):
    """The record grows with the questionnaire: by what is optional, and by codes."""

    tenure: Annotated[int, msgspec.Meta(ge=1, le=6)]
    internet: bool | None = None


class Household2(submission.Household, frozen=True, kw_only=True):
    version: Annotated[int, msgspec.Meta(ge=1, le=2)]
    housing: Housing2


def wrong(form: dict[str, Any], received_on: date) -> set[tuple[str, str]]:
    return {(problem.code, problem.pointer) for problem in problems_of_shape(form, received_on, EDITIONS)}


OLD = family({"/housing/tenure": 3})
"""A form of the first version, with the code that the second no longer offers and without what it asks everybody."""
NEW = family({"/version": 2, "/housing/internet": True, "/housing/tenure": 6}) | {
    "members": [member | {"birth_certificate": True} for member in family()["members"]]
}


@pytest.mark.parametrize("received_on", [BEFORE, CHANGE, AFTER], ids=["before", "on the day", "after"])
def test_a_form_of_the_older_version_stays_good_whenever_it_is_received(received_on: date) -> None:
    """Seen to fail with every form read by the version in force: a family that began before the change was refused."""
    assert wrong(OLD, received_on) == set()


def test_a_form_of_the_newer_version_is_good_from_its_day_on() -> None:
    assert wrong(NEW, BEFORE) >= {("shape-value", "/version"), ("shape-unknown", "/housing")}
    assert wrong(NEW, CHANGE) == wrong(NEW, AFTER) == set()


def test_each_form_is_held_to_what_its_own_version_asks() -> None:
    says_new = OLD | {"version": 2}
    missing = {("shape-missing", f"/members/{index}/birth_certificate") for index in range(3)}
    assert wrong(says_new, AFTER) == {("shape-value", "/housing/tenure"), *missing}
    says_old = NEW | {"version": 1}
    assert wrong(says_old, AFTER) == {("shape-value", "/housing/tenure"), ("shape-unknown", "/housing")}


def test_a_form_that_the_record_takes_is_still_held_to_its_version() -> None:
    """Seen to fail with the record alone asked: its codes are those of all versions."""
    narrow = first()
    codes = narrow["code_lists"]
    codes["tenure"] = [entry for entry in codes["tenure"] if entry["code"] != 3]
    editions = Editions([read_questionnaire(narrow), read_questionnaire(second())])
    body = json.dumps(OLD).encode()
    assert read_form(body, AFTER, EDITIONS) == submission.decode_submission(body)
    with pytest.raises(WrongShape) as refusal:
        read_form(body, AFTER, editions)
    assert [problem.pointer for problem in refusal.value.problems] == ["/housing/tenure"]


def test_a_form_without_a_version_is_read_by_the_one_in_force() -> None:
    unsaid = {name: answer for name, answer in OLD.items() if name != "version"}
    assert ("shape-missing", "/members/0/birth_certificate") not in wrong(unsaid, BEFORE)
    assert ("shape-missing", "/members/0/birth_certificate") in wrong(unsaid, AFTER)


def test_what_the_log_kept_before_the_change_reads_and_writes_the_same_bytes_after_it() -> None:
    """The content hash of a submission is made of these bytes, so a repeat sent after the change is still a repeat."""
    kept = msgspec.json.encode(msgspec.convert(OLD, submission.Household))
    assert msgspec.json.encode(msgspec.json.decode(kept, type=Household2)) == kept


def test_rules_say_the_same_of_an_old_form_before_and_after() -> None:
    context = Context(received_on=AFTER, census_day=date(2026, 9, 1))
    before, after = (msgspec.convert(OLD, kind) for kind in (submission.Household, Household2))
    assert check(before, context) == check(after, context)


def test_each_version_has_a_schema_of_its_own() -> None:
    by_first, by_second = (Draft202012Validator(json_schema(each)) for each in EDITIONS)
    assert (by_first.is_valid(OLD), by_second.is_valid(OLD)) == (True, False)
    assert (by_first.is_valid(NEW), by_second.is_valid(NEW)) == (False, True)


def test_versions_come_into_force_in_order() -> None:
    early = second() | {"in_force_since": "2025-01-01"}
    with pytest.raises(ValueError, match="into force"):
        Editions([read_questionnaire(first()), read_questionnaire(early)])
