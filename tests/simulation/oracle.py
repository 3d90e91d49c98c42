"""What a right system counts: one thread, one dictionary, the domain's decisions in log order."""

from collections import Counter
from collections.abc import Iterable

from services.validator.refusals import Refused
from shared.domain.households import Household, apply_version
from shared.domain.persons import Person, apply_change, deltas
from tests.simulation.census import Record

Cell = tuple[int, int, int]
"""Place, traits, day."""


def count(records: Iterable[Record]) -> Counter[Cell]:
    households: dict[bytes, Household] = {}
    persons: dict[bytes, Person] = {}
    totals: Counter[Cell] = Counter()
    for record in records:
        if isinstance(record.read, Refused):
            continue
        key, read = record.read.head.subject, record.read
        outcome = apply_version(households.get(key, Household()), read.lineage, read.version, read.facts)
        households[key] = outcome.household
        for change in outcome.changes:
            before = persons.get(change.person, Person())
            persons[change.person] = after = apply_change(before, change)
            for delta in deltas(before, after):
                totals[delta.fact.place, delta.fact.traits, delta.day] += delta.sign
    return +totals
