"""What intake tells the sender of a form that is laid out wrongly. Seen to fail with the decoder's own message told."""

import json
from datetime import date
from typing import Any

import pytest

from services.intake.problems import Json, Refused, problem
from services.intake.shapes import read_submission
from tests.families import family

DAY = date(2026, 11, 24)
SECRET = "3509121005800001"


def refused(body: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_submission(body, DAY)
    return caught.value


def errors(document: Any) -> list[Json]:
    told: list[Json] = problem(refused(json.dumps(document).encode()), "en")["errors"]
    return told


def test_a_good_form_is_read() -> None:
    assert len(read_submission(json.dumps(family()).encode(), DAY).members) == 3


def test_all_mistakes_are_told_with_their_remedies() -> None:
    told = errors(family({"/members/0/sex": 3, "/members/2/name": None, "/housing/floor": "earth"}))
    assert [each["pointer"] for each in told] == ["/members/0/sex", "/members/2/name", "/housing/floor"]
    assert [each["code"] for each in told] == ["shape-value", "shape-missing", "shape-type"]
    assert told[0]["remedy"] == "Choose one code: 1 (Male), 2 (Female)."


def test_the_reader_is_told_in_the_language_asked_for() -> None:
    body = problem(refused(json.dumps(family({"/members/0/sex": 3})).encode()), "id")
    assert body["errors"][0]["message"] == 'Nilai "Jenis kelamin" tidak termasuk yang diizinkan.'


@pytest.mark.parametrize("pointer", ["/card", "/members/1/sex", "/address/village", "/housing/water", "/members"])
def test_nothing_that_was_sent_is_told(pointer: str) -> None:
    assert SECRET not in json.dumps(errors(family({pointer: [SECRET], f"/{SECRET}": SECRET})))


def test_a_name_that_stands_twice_is_refused_by_name() -> None:
    body = json.dumps(family()).replace('"sex": 1', '"sex": 5, "sex": 1', 1).encode()
    assert [each.code for each in refused(body).errors] == ["shape-twice"]
    assert problem(refused(body), "en")["errors"][0]["remedy"] == "Write each field once."


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"version": 1, "members": [1], "address": {', b'{"x": NaN}']
)
def test_what_is_no_json_is_told_as_that(body: bytes) -> None:
    assert refused(body).code == "not-json"
