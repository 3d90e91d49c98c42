"""`cacah check`: what it says of a file of forms."""

import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.cli.check import run
from shared.domain.rules import RULES, Context
from shared.domain.rules.model import PersonRule, Rule
from tests.families import family

CONTEXT = Context(received_on=date(2026, 11, 24), census_day=date(2026, 9, 1))


def checked(folder: Path, forms: Sequence[Any], *, as_json: bool = True) -> tuple[int, str]:
    file, out = folder / "forms.ndjson", io.StringIO()
    file.write_bytes(b"".join(form if isinstance(form, bytes) else json.dumps(form).encode() + b"\n" for form in forms))
    return run(file, context=CONTEXT, as_json=as_json, out=out), out.getvalue()


def verdicts(folder: Path, *forms: Any) -> list[Any]:
    return [json.loads(line) for line in checked(folder, forms)[1].splitlines()]


def test_each_line_gets_a_verdict_in_order(tmp_path: Path) -> None:
    warned = family({"/members/2/education": 5})
    refused = family({"/members/0/relationship": 8})
    clean, counted, stopped = verdicts(tmp_path, family(), warned, refused)
    assert clean == {"line": 1, "valid": True, "clean": True, "grade": "A", "problems": []}
    assert (counted["valid"], counted["clean"], counted["grade"]) == (True, False, "B")
    assert (stopped["valid"], stopped["clean"], stopped["grade"]) == (False, False, None)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_each_rule_is_named_with_field_code_and_remedy_in_both_languages(rule: Rule, tmp_path: Path) -> None:
    (verdict,) = verdicts(tmp_path, family(rule.fails))
    (found, *_) = [problem for problem in verdict["problems"] if problem["code"] == rule.code]
    pointers = (
        {f"/members/{index}{rule.pointer}" for index in range(30)} if isinstance(rule, PersonRule) else {rule.pointer}
    )
    assert found["pointer"] in pointers
    assert found["severity"] == rule.severity
    for language in ("id", "en"):
        assert found[language] == {
            "message": rule.message.in_language(language),
            "remedy": rule.remedy.in_language(language),
        }
    printed = checked(tmp_path, [family(rule.fails)], as_json=False)[1]
    for words in (rule.code, found["pointer"], rule.message.id, rule.remedy.id, rule.message.en, rule.remedy.en):
        assert words in printed


def test_what_is_laid_out_wrong_is_told_with_everything_that_is(tmp_path: Path) -> None:
    form = family({"/members/0/sex": 3, "/address/village": "Patrang"})
    del form["housing"]["water"]
    (verdict,) = verdicts(tmp_path, form)
    assert {problem["pointer"]: problem["code"] for problem in verdict["problems"]} == {
        "/members/0/sex": "shape-value",
        "/address/village": "shape-value",
        "/housing/water": "shape-missing",
    }
    assert all(problem["id"]["remedy"] and problem["en"]["remedy"] for problem in verdict["problems"])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{\n", "not-json"),
        (b"\xff\xfe\n", "not-json"),
        (b"[" * 100_000 + b"\n", "not-json"),
        (b"[]\n", "shape-type"),
        (b'{"version": "one", ' + json.dumps(family()).encode()[1:] + b"\n", "shape-twice"),
    ],
)
def test_a_line_that_is_no_form_stops_nothing(line: bytes, code: str, tmp_path: Path) -> None:
    broken, whole = verdicts(tmp_path, line, family())
    assert [problem["code"] for problem in broken["problems"]] == [code]
    assert whole["clean"]


def test_the_last_line_and_the_exit_code_say_whether_all_forms_count(tmp_path: Path) -> None:
    code, printed = checked(tmp_path, [family(), family({"/members/2/education": 5})], as_json=False)
    assert code == 0
    assert printed.splitlines()[-1].startswith("OK forms=2 valid=2 clean=1 rate=")
    code, printed = checked(tmp_path, [family({"/address/village": "00.00.00.0000"})], as_json=False)
    assert code == 1
    assert printed.splitlines()[-1].startswith("FAIL forms=1 valid=0 clean=0 rate=")
