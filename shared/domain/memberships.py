"""Who is to take part for which agency. An agency sees numbers; a person's own state holds the memberships, so that
taking part is exact whether the roster or the form came first."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from shared.domain.census import day_number

MAX_AGENCIES = 100
"""Memberships kept of one person, those whose codes come first; beyond that somebody is not enrolling staff."""

MEMBER = 1 << 0
RESPONDED = 1 << 1
CLEAN = 1 << 2
ASN = 1 << 3
NON_ASN = 1 << 4


class Staff(IntEnum):
    LEFT = 0
    ASN = 1
    """Aparatur sipil negara, a civil servant."""
    NON_ASN = 2


_STAFF_TRAITS = {Staff.ASN: ASN, Staff.NON_ASN: NON_ASN}


@dataclass(frozen=True, slots=True)
class Membership:
    """`since`: when the roster that put the person there was received, microseconds."""

    agency: str
    staff: Staff
    since: int


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An agency's word on one person; its latest one, in the order of the log, holds."""

    person: bytes
    membership: Membership


@dataclass(frozen=True, slots=True)
class AgencyFact:
    """One unit that an agency's counters count, on its day."""

    agency: str
    traits: int
    day: int


def enrol(memberships: tuple[Membership, ...], latest: Membership) -> tuple[Membership, ...]:
    """The memberships after an agency's word, by agency. The same word again changes nothing, its day included."""
    known = next((each for each in memberships if each.agency == latest.agency), None)
    if known is not None and known.staff is latest.staff:
        return memberships
    others = [each for each in memberships if each.agency != latest.agency]
    if latest.staff is not Staff.LEFT:
        others.append(latest)
    return tuple(sorted(others, key=lambda each: each.agency)[:MAX_AGENCIES])


def agency_facts(memberships: tuple[Membership, ...], answered_on: int | None, *, clean: bool) -> Iterator[AgencyFact]:
    """What a person counts for their agencies. `answered_on`: the day of the claim that counts, None without one."""
    for membership in memberships:
        staff = _STAFF_TRAITS[membership.staff]
        yield AgencyFact(membership.agency, MEMBER | staff, day_number(membership.since))
        if answered_on is not None:
            yield AgencyFact(membership.agency, RESPONDED | staff | (CLEAN if clean else 0), answered_on)
