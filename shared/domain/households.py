"""The household fold: which version of a family's form is in force, and what that says of its members.

A function of the set of versions, not of the order in which they arrive: a lineage keeps all its versions, ordered by
(rank, received at, submission id), and the last one is current. A form's rank is its revision. A withdrawal takes back
the lineage as it stood when it was received, so it ranks with the highest revision that was received up to then, whatever
its own. Only the reuse of a submission id depends on the log's order: there the first content wins.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from shared.domain.claims import Added, ClaimChange, Operation
from shared.domain.facts import Fact
from shared.domain.rulings import Ruling, Standing, version_of

MAX_VERSIONS = 500
"""Versions of one lineage; a family needs a handful, and a state must stay small."""

MAX_LINEAGES = 100
"""Lineages under one card; beyond that somebody is not filling in a census form."""


class Version(NamedTuple):
    """One accepted form (or a withdrawal: no members). Forms compare in the version order; with withdrawals among them
    it is `in_order`. A tuple, as a lineage is: both are made for every form."""

    revision: int
    received_at: int
    submission: bytes
    content: bytes
    members: tuple[bytes, ...] = ()

    @property
    def withdraws(self) -> bool:
        return not self.members


def in_order(versions: Iterable[Version]) -> tuple[Version, ...]:
    """The last one is in force."""
    highest = 0
    ranked: list[tuple[int, int, bytes, Version]] = []
    for version in sorted(versions, key=lambda each: (each.received_at, each.submission)):
        highest = max(highest, version.revision)
        rank = highest if version.withdraws else version.revision
        ranked.append((rank, version.received_at, version.submission, version))
    return tuple(version for *_, version in sorted(ranked))


class Lineage(NamedTuple):
    """Forms of which each sender proved to have sent, or to speak for, the ones before."""

    id: bytes
    claimant: bytes
    versions: tuple[Version, ...] = ()

    @property
    def current(self) -> Version:
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class Household:
    lineages: tuple[Lineage, ...] = ()
    ruling: Ruling | None = None
    """That several lineages are in force is right."""

    @property
    def in_force(self) -> tuple[Lineage, ...]:
        return tuple(lineage for lineage in self.lineages if lineage.current.members)

    @property
    def is_doubted(self) -> bool:
        """Whether two or more lineages are in force: cards that several senders filled in."""
        return len(self.lineages) > 1 and len(self.in_force) > 1

    @property
    def forms_version(self) -> bytes:
        """Changes whenever a form comes into force or ends."""
        return version_of(
            (each.claimant, Added(each.current.received_at, each.current.submission)) for each in self.in_force
        )

    @property
    def ruling_holds(self) -> bool:
        return self.ruling is not None and self.ruling.seen == self.forms_version

    @property
    def standing(self) -> Standing:
        """Of the review of its lineages."""
        if not self.is_doubted:
            return Standing.SETTLED
        return Standing.DISMISSED if self.ruling_holds else Standing.OPEN

    def lineage(self, lineage_id: bytes) -> Lineage | None:
        return next((lineage for lineage in self.lineages if lineage.id == lineage_id), None)


class Decision(StrEnum):
    CURRENT = "current"
    SUPERSEDED = "superseded"
    REPEATED = "repeated"
    ID_REUSED = "id-reused"
    TOO_MANY_VERSIONS = "too-many-versions"
    TOO_MANY_LINEAGES = "too-many-lineages"


@dataclass(frozen=True, slots=True)
class Outcome:
    household: Household
    decision: Decision
    changes: tuple[ClaimChange, ...] = ()
    opened_lineage: bool = False


def apply_version(
    household: Household, lineage: Lineage, version: Version, facts: Mapping[bytes, tuple[Fact, ...]]
) -> Outcome:
    """Add one version to its lineage.

    Args:
        lineage: names the lineage and its claimant; its versions are those of `household`.
        facts: for each of the version's members, what is claimed of them.
    """
    known = household.lineage(lineage.id)
    if known is None and len(household.lineages) >= MAX_LINEAGES:
        return Outcome(household, Decision.TOO_MANY_LINEAGES)
    before = known or lineage._replace(versions=())
    for other in before.versions:
        if other.submission == version.submission:
            same = other.content == version.content
            return Outcome(household, Decision.REPEATED if same else Decision.ID_REUSED)
    if len(before.versions) >= MAX_VERSIONS:
        return Outcome(household, Decision.TOO_MANY_VERSIONS)
    after = before._replace(versions=_with(version, before.versions))
    current = after.current is version
    changes = _claims(after, facts, before) if current else _adjustments(before, after)
    others = tuple(each for each in household.lineages if each.id != lineage.id)
    return Outcome(
        Household((*others, after), household.ruling),
        Decision.CURRENT if current else Decision.SUPERSEDED,
        tuple(changes),
        opened_lineage=known is None and bool(others),
    )


def _with(version: Version, versions: tuple[Version, ...]) -> tuple[Version, ...]:
    if version.withdraws or any(each.withdraws for each in versions):
        return in_order((*versions, version))
    place = bisect(versions, version)
    return *versions[:place], version, *versions[place:]


def added_by(lineage: Lineage, member: bytes) -> Added:
    """The first version of the unbroken run, up to the current one, that has the member."""
    first = lineage.current
    for version in reversed(lineage.versions):
        if member not in version.members:
            break
        first = version
    return Added(first.received_at, first.submission)


def _claims(after: Lineage, facts: Mapping[bytes, tuple[Fact, ...]], before: Lineage) -> Iterator[ClaimChange]:
    for member in after.current.members:
        yield ClaimChange(Operation.CLAIM, member, after.claimant, added_by(after, member), facts[member])
    if before.versions:
        kept = frozenset(after.current.members)
        withdrawn = Added(after.current.received_at, after.current.submission)
        for member in before.current.members:
            if member not in kept:
                yield ClaimChange(Operation.WITHDRAW, member, after.claimant, withdrawn)


def _adjustments(before: Lineage, after: Lineage) -> Iterator[ClaimChange]:
    """The new version is not in force. What was may be so no longer: a form that was received before a withdrawal, and
    comes late, can lift that above the form that stood over it."""
    if after.current is not before.current:
        yield from _claims(after, {}, before)
        return
    for member in after.current.members:
        added = added_by(after, member)
        if added != added_by(before, member):
            yield ClaimChange(Operation.ADJUST, member, after.claimant, added)
