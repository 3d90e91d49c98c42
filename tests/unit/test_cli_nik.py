import io
import json
import re
from datetime import date

import pytest

from services.cli.nik import run
from tests.unit.nik_cases import cases

TODAY = date(2026, 11, 24)


def answers(lines: list[str], *, as_json: bool = True) -> str:
    out = io.StringIO()
    run(lines, out, as_of=TODAY, as_json=as_json)
    return out.getvalue()


def test_each_line_gets_one_object_in_order() -> None:
    todays = [case for case in cases() if case.as_of == TODAY and not case.stated_birth_date and not case.stated_sex]
    printed = answers([case.text + "\n" for case in todays]).splitlines()
    assert len(todays) > 300
    assert [json.loads(line) for line in printed] == [case.answer for case in todays]


def test_the_keys_and_their_order_are_fixed() -> None:
    assert list(json.loads(answers(["3509120101909901"]))) == [
        "valid",
        "errors",
        "warnings",
        "sex",
        "birth_dates",
        "region",
    ]


def test_an_empty_line_is_answered_too() -> None:
    first, second = (json.loads(line) for line in answers(["\n", "3509120101909901\n"]).splitlines())
    assert first["errors"] == ["nik-empty"]
    assert second["valid"]


@pytest.mark.parametrize("as_json", [True, False])
def test_no_number_is_ever_printed(as_json: bool) -> None:  # noqa: FBT001
    printed = answers([case.text for case in cases()], as_json=as_json)
    assert not re.search(r"[0-9]{11,}", printed)


def test_for_reading_it_says_what_is_wrong_and_what_to_do_in_both_languages() -> None:
    printed = answers(["35O9120101909901", "3509124101909901"], as_json=False)
    assert printed == (
        "1: not valid\n"
        "   error nik-letter-o\n"
        "      NIK memuat huruf O. Ganti huruf O dengan angka 0.\n"
        "      The NIK has a letter O in it. Put the digit 0 where the letter O is.\n"
        "2: valid, 35.09.12, female, 1990-01-01\n"
    )
