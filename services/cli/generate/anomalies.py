"""Contradictions as people make them, planted in as many families as BPS found them in.

A planted one breaks a rule of its own group, and of no other among the six that have a published rate.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from msgspec.structs import replace

from services.cli.generate import answers
from services.cli.generate.families import NOT_RECORDED
from services.cli.generate.seeds import Quota
from services.cli.generate.shapes import CHILD, CHILD_IN_LAW, GRANDCHILD, HEAD, MAN, SPOUSE, WOMAN
from shared.contracts.submission import Member, Submission
from shared.domain.census import age_on

_EMPLOYEE: Final = 4
_PROFESSIONAL: Final = 2
_EARTH, _PARQUET = 8, 3
_PLN_2200, _NO_TOILET, _SURFACE = 4, 4, 5
_GROWN_UP: Final = range(17, 60)

Change = Callable[[Submission, date], Submission | None]
"""The family with a contradiction, or None where it has nobody to contradict. The day is that of the census."""


class Anomalies:
    """
    Args:
        rates: share of the families, by group of rules; the groups are keys of CHANGES.
        census_day: ages are completed years on this day.
    """

    def __init__(self, rates: Mapping[str, float], rng: random.Random, census_day: date) -> None:
        self._rng = rng
        self._census_day = census_day
        self._quotas = {group: Quota(rate, rng) for group, rate in rates.items()}
        self._owed = dict.fromkeys(rates, 0)
        self._families = 0

    def plant(self, form: Submission) -> Submission:
        """The next family, with what is due in it. What does not fit this one is due in the one after."""
        for group, quota in self._quotas.items():
            self._owed[group] += quota.falls_on(self._families)
            if self._owed[group]:
                planted = self._try(CHANGES[group], form)
                if planted is not None:
                    form = planted
                    self._owed[group] -= 1
        self._families += 1
        return form

    def _try(self, changes: Sequence[Change], form: Submission) -> Submission | None:
        for change in self._rng.sample(changes, len(changes)):
            planted = change(form, self._census_day)
            if planted is not None:
                return planted
        return None


def _with_member(form: Submission, at: int, **changed: Any) -> Submission:
    members = list(form.members)
    members[at] = replace(members[at], **changed)
    return replace(form, members=tuple(members))


def _first(form: Submission, fits: Callable[[Member], bool]) -> int | None:
    return next((at for at, member in enumerate(form.members) if fits(member)), None)


def _change_first(fits: Callable[[Member, int], bool], **changed: Any) -> Change:
    """Changes the answers of the first member who fits; the second argument is their age."""

    def change(form: Submission, day: date) -> Submission | None:
        at = _first(form, lambda member: fits(member, age_on(member.birth_date, day)))
        return None if at is None else _with_member(form, at, **changed)

    return change


def _change_housing(**changed: int) -> Change:
    return lambda form, _: replace(form, housing=replace(form.housing, **changed))


def _works(member: Member, _: int) -> bool:
    return member.activity == answers.WORKS


def _kinds(form: Submission) -> set[int]:
    return {member.relationship for member in form.members}


def _spouse_as_child(form: Submission, _: date) -> Submission | None:
    at = _first(form, lambda member: member.relationship == SPOUSE)
    return None if at is None else _with_member(form, at, relationship=CHILD)


def _child_as_grandchild(form: Submission, day: date) -> Submission | None:
    """A child less than 24 years younger than the head cannot be a grandchild."""
    if CHILD_IN_LAW in _kinds(form):
        return None
    head = age_on(form.members[0].birth_date, day)
    at = _first(form, lambda member: member.relationship == CHILD and head - age_on(member.birth_date, day) < 24)
    return None if at is None else _with_member(form, at, relationship=GRANDCHILD)


def _widowed_beside_a_spouse(form: Submission, _: date) -> Submission | None:
    return _with_member(form, 0, marital_status=answers.WIDOWED) if SPOUSE in _kinds(form) else None


def _somebody_twice(form: Submission, _: date) -> Submission:
    """The last one is there once more, without the number: typed in by two people."""
    last = form.members[-1]
    again = replace(
        last,
        nik=None,
        no_nik_reason=last.no_nik_reason or NOT_RECORDED,
        relationship=8 if last.relationship in {HEAD, SPOUSE} else last.relationship,
    )
    return replace(form, members=(*form.members, again))


def _never_married_with_children(form: Submission, _: date) -> Submission | None:
    kinds = _kinds(form)
    return _with_member(form, 0, marital_status=answers.SINGLE) if CHILD in kinds and SPOUSE not in kinds else None


def _two_wives(form: Submission, day: date) -> Submission | None:
    if form.members[0].sex != MAN or not {SPOUSE, CHILD} <= _kinds(form) or CHILD_IN_LAW in _kinds(form):
        return None
    head = age_on(form.members[0].birth_date, day)
    at = _first(
        form,
        lambda member: (
            member.relationship == CHILD
            and member.sex == WOMAN
            and (age := age_on(member.birth_date, day)) in _GROWN_UP
            and head - age < 45
        ),
    )
    return None if at is None else _with_member(form, at, relationship=SPOUSE, marital_status=answers.MARRIED)


def _child_in_law_of_nobody(form: Submission, day: date) -> Submission | None:
    children = [at for at, member in enumerate(form.members) if member.relationship == CHILD]
    if len(children) != 1 or age_on(form.members[children[0]].birth_date, day) not in _GROWN_UP:
        return None
    return _with_member(form, children[0], relationship=CHILD_IN_LAW, marital_status=answers.MARRIED)


CHANGES: Final[dict[str, tuple[Change, ...]]] = {
    "housing": (
        _change_housing(floor=_EARTH, electricity=_PLN_2200, water=3),
        _change_housing(floor=_PARQUET, toilet=_NO_TOILET, electricity=2),
        _change_housing(electricity=_PLN_2200, water=_SURFACE, floor=2),
    ),
    "education": (
        _change_first(lambda _, age: age >= 5, education=None),
        _change_first(lambda _, age: 5 <= age < 10, education=answers.SD),
        _change_first(lambda _, age: age < 5, education=answers.NO_SCHOOL),
        _change_first(lambda _, age: age < 5, speaks_indonesian=False),
        _change_first(
            lambda member, age: age > 40 and member.education in {answers.NO_SCHOOL, answers.SD, answers.SMP},
            activity=answers.STUDIES,
            occupation=None,
            work_status=None,
        ),
        _change_first(
            lambda member, _: (member.education or 0) >= answers.SMA and member.citizenship == 1,
            speaks_indonesian=False,
        ),
    ),
    "family": (_spouse_as_child, _child_as_grandchild),
    "marriage": (
        _change_first(lambda member, _: member.relationship == SPOUSE, marital_status=answers.SINGLE),
        _widowed_beside_a_spouse,
    ),
    "work": (
        _change_first(_works, work_status=None),
        _change_first(_works, occupation=None),
        _change_first(
            lambda member, age: _works(member, age) and member.education in {answers.NO_SCHOOL, answers.SD},
            occupation=_PROFESSIONAL,
        ),
        _change_first(lambda member, age: not _works(member, age) and age >= 15, work_status=_EMPLOYEE),
    ),
    "composition": (_somebody_twice, _never_married_with_children, _two_wives, _child_in_law_of_nobody),
}
"""By group of rules: ways to contradict it."""
