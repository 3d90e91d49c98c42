"""Members of a family: from shapes to the answers of people who could be real."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.cli.generate import answers, words
from services.cli.generate.numbers import Niks
from services.cli.generate.shapes import CHILD, CHILD_IN_LAW, GRANDCHILD, HEAD, PARENT, SPOUSE, WOMAN, Shape
from shared.contracts.submission import Address, Member

_SIX_BITS: Final = 63


@dataclass(frozen=True, slots=True)
class Home:
    """What the members of a family have in common."""

    birth_place: str
    religion: int
    ethnicity: str
    since: str
    """The month, `2014-07`, in which the family came."""
    away: bool
    """The family does not live at the address on its card."""


def member_of(
    shape: Shape, home: Home, niks: Niks, bits: int, *, marital: int, registered: str, address: Address | None
) -> Member:
    """
    Args:
        bits: 64 random ones.
        registered: six digits of the district where the person was first registered.
        address: where the person lives, if apart from the family.
    """
    age, woman = shape.age, shape.sex == WOMAN
    nik, born = niks.issue(registered, female=woman, age=age)
    activity = answers.ACTIVITY[shape.sex][age][bits & _SIX_BITS]
    works = activity == answers.WORKS
    education = _education(age, activity, bits >> 43)
    names = words.WOMEN if woman else words.MEN
    birth_month = f"{born.year}-{born.month:02d}"
    return Member(
        name=f"{names[(bits >> 6) % len(names)]} {words.SECOND_NAMES[(bits >> 14) % len(words.SECOND_NAMES)]}",
        nik=nik,
        relationship=shape.relationship,
        sex=shape.sex,
        birth_place=home.birth_place,
        birth_date=born,
        birth_certificate=(bits >> 22) & 15 != 0,
        ethnicity=home.ethnicity,
        speaks_indonesian=_speaks_indonesian(age, education, bits >> 26),
        religion=home.religion,
        marital_status=marital,
        at_address_since=max(home.since, birth_month),
        same_as_card=address is None and not home.away,
        address=address,
        activity=activity,
        occupation=_occupation(education, bits >> 31) if works else None,
        work_status=answers.WORK_STATUS[(bits >> 37) & _SIX_BITS] if works else None,
        education=education,
    )


def _education(age: int, activity: int | None, bits: int) -> int | None:
    if activity == answers.STUDIES:
        return answers.education_of_pupil(age)
    return answers.EDUCATION[age][bits & _SIX_BITS]


def _speaks_indonesian(age: int, education: int | None, bits: int) -> bool | None:
    """Nearly everybody, and everybody who finished secondary school."""
    if age < 5:
        return None
    return bits & 31 != 0 or (education or 0) >= answers.SMA


def _occupation(education: int | None, bits: int) -> int:
    drawn = answers.OCCUPATION[bits & _SIX_BITS]
    unlikely = drawn == answers.PROFESSIONAL and (education or 0) < answers.SMA
    return answers.OTHER_OCCUPATION if unlikely else drawn


def marital_statuses(shapes: Sequence[Shape], rng: random.Random) -> list[int]:
    """One per shape; whoever is married has the other half in the family."""
    there = {shape.relationship for shape in shapes}
    return [_marital(shape, there, rng.getrandbits(6)) for shape in shapes]


def _marital(shape: Shape, there: set[int], ticket: int) -> int:
    kind = shape.relationship
    if (
        kind in (SPOUSE, CHILD_IN_LAW)
        or (kind == HEAD and SPOUSE in there)
        or (kind == CHILD and CHILD_IN_LAW in there)
    ):
        return answers.MARRIED
    if kind == PARENT:
        return answers.WIDOWED
    if kind == HEAD and there & {CHILD, GRANDCHILD}:
        return answers.WITH_CHILDREN_ALONE[ticket]
    if shape.age < 25:
        return answers.SINGLE
    return answers.GROWN_CHILD[ticket] if kind in (CHILD, GRANDCHILD) else answers.ADULT_ALONE[ticket]
