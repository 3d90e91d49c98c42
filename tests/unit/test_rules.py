"""Every rule on its own examples, and what all of them have in common."""

import re
from datetime import date
from typing import Any

import msgspec
import pytest

from shared.contracts.submission import Household
from shared.domain.problems import Group, Problem, Severity
from shared.domain.rules import RULES, Context, check, describe, grade, is_clean, is_countable
from shared.domain.rules.model import Patch, Rule
from tests.families import family

CONTEXT = Context(received_on=date(2026, 11, 24), census_day=date(2026, 9, 1))


def problems(patch: Patch | None = None) -> tuple[Problem, ...]:
    return check(msgspec.convert(family(patch), Household), CONTEXT)


def codes(patch: Patch | None = None) -> set[str]:
    return {problem.code for problem in problems(patch)}


def test_an_ordinary_family_is_clean() -> None:
    assert problems() == ()
    assert is_clean(problems())
    assert grade(problems()) == "A"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_broken_by_its_failing_example(rule: Rule) -> None:
    broken = [problem for problem in problems(rule.fails) if problem.code == rule.code]
    assert broken
    assert {(problem.severity, problem.group) for problem in broken} == {(rule.severity, rule.group)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_kept_by_its_passing_example(rule: Rule) -> None:
    assert rule.code not in codes(rule.passes)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_problem_points_at_an_answer_of_the_form(rule: Rule) -> None:
    known = re.compile(r"^/(card|code|address|members|housing)(/\w+)*$")
    assert all(known.match(problem.pointer) for problem in problems(rule.fails))


PRESENCE = {
    "card-or-code",
    "nik-or-reason",
    "country-missing",
    "country-of-citizen",
    "education-not-answered",
    "education-under-5",
    "education-language-under-5",
    "work-status-missing",
    "work-occupation-missing",
    "work-not-working",
}
"""Rules that say no more than that an answer is missing, or that one was given that nobody asked for."""


def test_there_are_forty_rules_and_five_in_each_anomaly_group_that_contradict_an_answer() -> None:
    codes = {rule.code for rule in RULES}
    assert codes > PRESENCE
    assert len(codes - PRESENCE) >= 40
    for group in (Group.HOUSING, Group.EDUCATION, Group.FAMILY, Group.MARRIAGE, Group.WORK, Group.COMPOSITION):
        assert sum(1 for rule in RULES if rule.group is group and rule.code not in PRESENCE) >= 5, group


def test_codes_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_rule_speaks_both_languages(language: str) -> None:
    for rule in RULES:
        message, remedy = describe(rule.code, language)
        assert message.endswith(".")
        assert remedy.endswith(".")
    assert describe("nik-twice", "id") != describe("nik-twice", "en")


@pytest.mark.parametrize(
    ("patch", "code", "severity"),
    [
        ({"/members/1/nik": "3509120102800001"}, "nik-twice", Severity.ERROR),
        ({"/members/1/nik": "35.09.12.010280.0001"}, "nik-twice", Severity.ERROR),
        ({"/members/1/nik": "350912440383000"}, "nik-15-digits", Severity.ERROR),
        ({"/card": "3509121201150000"}, "kk-serial-zero", Severity.ERROR),
        ({"/members/1/birth_date": "1984-03-04"}, "nik-birth-date-mismatch", Severity.WARNING),
        ({"/members/0/nik": "3509124102800001"}, "nik-sex-mismatch", Severity.WARNING),
        ({"/members/0/nik": "9101010102800001"}, "nik-region-retired", Severity.WARNING),
    ],
)
def test_numbers_bring_their_own_codes(patch: dict[str, Any], code: str, severity: Severity) -> None:
    found = [problem for problem in problems(patch) if problem.code == code]
    assert [problem.severity for problem in found] == [severity]


def test_all_problems_are_told_at_once() -> None:
    found = codes({"/members/0/relationship": 8, "/address/village": "00.00.00.0000", "/members/2/education": 5})
    assert found >= {"no-head", "household-village-unknown", "education-degree-early"}


def test_only_errors_stop_a_form_from_counting() -> None:
    assert is_countable(problems({"/members/2/education": 5}))
    assert not is_clean(problems({"/members/2/education": 5}))
    assert not is_countable(problems({"/members/0/relationship": 8}))


@pytest.mark.parametrize(("warnings", "expected"), list(enumerate("ABCCDDD")))
def test_grades(warnings: int, expected: str) -> None:
    one = Problem("code", Severity.WARNING, Group.WORK, "/members")
    assert grade((one,) * warnings) == expected
