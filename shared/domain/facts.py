"""What a claim says about somebody, packed: a place, and traits that counters are read off.

A fact is one unit of counting: a person, or a household. Traits are bit fields of one 32-bit integer, so that a
million of them are folded by array arithmetic; the place is the village's code as a number.
"""

from datetime import date
from typing import NamedTuple, Protocol

from shared.domain.census import age_on

PERSON = 1 << 0
FEMALE = 1 << 1
MALE = 1 << 2
AWAY = 1 << 3
WITHOUT_NIK = 1 << 4
CLEAN = 1 << 5
HOUSEHOLD = 1 << 6

BAND_SHIFT, BAND_MASK = 7, 0b11111 << 7
EDUCATION_SHIFT, EDUCATION_MASK = 12, 0b1111 << 12
ACTIVITY_SHIFT, ACTIVITY_MASK = 16, 0b111 << 16
RELATIONSHIP_SHIFT, RELATIONSHIP_MASK = 19, 0b1111 << 19
GRADE_SHIFT, GRADE_MASK = 23, 0b111 << 23
COMPANIONS_SHIFT, MOST_COMPANIONS = 26, 0b111111
"""Of a household's fact: how many with a NIK are in the form beside its head. No counter reads it."""

BANDS = (*(f"{low:02d}_{low + 4:02d}" for low in range(0, 75, 5)), "75_up")
GRADES = ("A", "B", "C", "D")
EDUCATIONS = ("none", "sd", "smp", "sma", "diploma", "d4_s1", "s2", "s3")
ACTIVITIES = ("working", "housekeeping", "school", "other")
RELATIONSHIPS = ("head", "spouse", "child", "child_in_law", "grandchild", "parent", "helper", "other")

HEAD = 1
"""The code of the head in the answer to `relationship`."""


class CountedAddress(Protocol):
    @property
    def village(self) -> str: ...


class CountedPerson(Protocol):
    """The answers that decide where and as what a person counts."""

    @property
    def nik(self) -> str | None: ...
    @property
    def sex(self) -> int: ...
    @property
    def birth_date(self) -> date: ...
    @property
    def relationship(self) -> int: ...
    @property
    def same_as_card(self) -> bool: ...
    @property
    def address(self) -> CountedAddress | None: ...
    @property
    def education(self) -> int | None: ...
    @property
    def activity(self) -> int | None: ...


class Fact(NamedTuple):
    """A tuple: there is one for everybody, and it is packed as soon as it is made."""

    place: int
    traits: int


def place_of(village: str) -> int:
    return int(village.replace(".", ""))


def household_traits(grade: str, companions: int = 0) -> int:
    """`grade`: A to D; a form graded A is clean. `companions`: those with a NIK beside the head."""
    return (
        HOUSEHOLD
        | (CLEAN if grade == "A" else 0)
        | (GRADES.index(grade) + 1) << GRADE_SHIFT
        | min(companions, MOST_COMPANIONS) << COMPANIONS_SHIFT
    )


def person_traits(person: CountedPerson, census_day: date, *, clean: bool) -> int:
    band = min(age_on(person.birth_date, census_day) // 5, len(BANDS) - 1)
    return (
        PERSON
        | (MALE if person.sex == 1 else FEMALE)
        | (0 if person.same_as_card else AWAY)
        | (WITHOUT_NIK if person.nik is None else 0)
        | (CLEAN if clean else 0)
        | (band + 1) << BAND_SHIFT
        | (0 if person.education is None else person.education + 1) << EDUCATION_SHIFT
        | (person.activity or 0) << ACTIVITY_SHIFT
        | person.relationship << RELATIONSHIP_SHIFT
    )
