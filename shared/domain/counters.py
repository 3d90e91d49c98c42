"""The table of counters. A new counter is one line here, and a new version of the aggregate.

A counter counts the facts whose traits, seen through its mask, equal its value.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain import facts, memberships


@dataclass(frozen=True, slots=True)
class Counter:
    """`daily`: kept per day received as well."""

    code: str
    mask: int
    value: int
    daily: bool = False

    def counts(self, traits: int) -> bool:
        return traits & self.mask == self.value


def _flags(code: str, traits: int, *, daily: bool = False) -> Counter:
    return Counter(code, traits, traits, daily)


def _choices(prefix: str, names: Iterable[str], shift: int, mask: int, also: int = 0) -> tuple[Counter, ...]:
    """One counter per answer; answers are coded from 1, and 0 stands for none."""
    return tuple(
        Counter(f"{prefix}_{name}", mask | also, number << shift | also) for number, name in enumerate(names, start=1)
    )


COUNTERS: tuple[Counter, ...] = (
    _flags("persons", facts.PERSON, daily=True),
    _flags("male", facts.PERSON | facts.MALE),
    _flags("female", facts.PERSON | facts.FEMALE),
    _flags("persons_clean", facts.PERSON | facts.CLEAN),
    _flags("away_from_card", facts.PERSON | facts.AWAY),
    _flags("without_nik", facts.PERSON | facts.WITHOUT_NIK),
    _flags("households", facts.HOUSEHOLD, daily=True),
    _flags("households_clean", facts.HOUSEHOLD | facts.CLEAN, daily=True),
    *_choices("households_grade", "abcd", facts.GRADE_SHIFT, facts.GRADE_MASK, facts.HOUSEHOLD),
    *_choices("male", facts.BANDS, facts.BAND_SHIFT, facts.BAND_MASK, facts.MALE),
    *_choices("female", facts.BANDS, facts.BAND_SHIFT, facts.BAND_MASK, facts.FEMALE),
    *_choices("education", facts.EDUCATIONS, facts.EDUCATION_SHIFT, facts.EDUCATION_MASK),
    *_choices("activity", facts.ACTIVITIES, facts.ACTIVITY_SHIFT, facts.ACTIVITY_MASK),
    *_choices("relationship", facts.RELATIONSHIPS, facts.RELATIONSHIP_SHIFT, facts.RELATIONSHIP_MASK),
)

AGENCY_COUNTERS: tuple[Counter, ...] = tuple(
    _flags(code + suffix, flags | staff)
    for code, flags in (
        ("members", memberships.MEMBER),
        ("responded", memberships.RESPONDED),
        ("clean", memberships.RESPONDED | memberships.CLEAN),
    )
    for suffix, staff in (("", 0), ("_asn", memberships.ASN), ("_non_asn", memberships.NON_ASN))
)
"""Of agencies: enrolled, answered, and answered in a form that is clean."""

DAILY_COUNTERS: tuple[str, ...] = tuple(counter.code for counter in COUNTERS if counter.daily)


def count(traits: Iterable[int]) -> dict[str, int]:
    """Totals of a set of facts, the plain way: what the arrays of the aggregator must equal."""
    totals = dict.fromkeys((counter.code for counter in COUNTERS), 0)
    for each in traits:
        for counter in COUNTERS:
            if counter.counts(each):
                totals[counter.code] += 1
    return totals
