"""What a right system counts: one thread, a few dictionaries, the domain's decisions in log order."""

from collections import Counter
from collections.abc import Iterable, Sequence

from services.validator.orders import Orders
from services.validator.reading import Read
from services.validator.refusals import Refused
from shared.domain.households import Household, Version, apply_version
from shared.domain.persons import Person, PersonChange, agency_deltas, apply_any, deltas

Cell = tuple[int | str, int, int]
"""Village or agency, traits, day."""


class Oracle:
    def __init__(self) -> None:
        self.households: dict[bytes, Household] = {}
        self.persons: dict[bytes, Person] = {}
        self._totals: Counter[Cell] = Counter()

    def add(self, read: Read | Orders | Refused) -> None:
        for change in self._changes(read):
            before = self.persons.get(change.person, Person())
            self.persons[change.person] = after = apply_any(before, change)
            for delta in deltas(before, after):
                self._totals[delta.fact.place, delta.fact.traits, delta.day] += delta.sign
            for fact, sign in agency_deltas(before, after):
                self._totals[fact.agency, fact.traits, fact.day] += sign

    def totals(self) -> dict[Cell, int]:
        return {cell: count for cell, count in self._totals.items() if count}

    def _changes(self, read: Read | Orders | Refused) -> Iterable[PersonChange]:
        if isinstance(read, Orders):
            return *read.enrolments, *read.rulings
        if isinstance(read, Refused):
            return ()
        known = self.households.get(read.head.subject, Household())
        outcome = apply_version(known, read.lineage, read.version, read.facts)
        self.households[read.head.subject] = outcome.household
        return outcome.changes


def last_of(versions: Sequence[Version]) -> Version:
    """Which version of a lineage is in force, by the rule as it is told and by no sorting: the one that no other stands
    over. A withdrawal stands level with the highest revision that was received before it."""

    def before(one: Version, other: Version) -> bool:
        return (one.received_at, one.submission) < (other.received_at, other.submission)

    def rank(one: Version) -> int:
        if one.members:
            return one.revision
        return max([one.revision, *(each.revision for each in versions if before(each, one))])

    def stands_over(one: Version, other: Version) -> bool:
        return rank(one) > rank(other) or (rank(one) == rank(other) and before(other, one))

    (found,) = [one for one in versions if not any(stands_over(each, one) for each in versions)]
    return found
