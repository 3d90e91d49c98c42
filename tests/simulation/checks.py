"""What must hold when a run has come to its end."""

from collections import Counter

from services.deduplicator.state import unpack_person
from shared.domain.facts import PERSON
from shared.ledger.entry import GENESIS_CHAIN
from shared.ledger.packing import unpack_states
from tests.simulation.generation import Generation
from tests.simulation.oracle import Cell, Oracle, last_of
from tests.simulation.published import Violation
from tests.simulation.system import PARTITIONS, System
from tests.simulation.world import changed_by


def check(system: System) -> None:
    """Raises Violation."""
    oracle = Oracle()
    # Which of two partitions comes first does not matter.
    for records in system.log.partitions:
        for value in records:
            oracle.add(system.parts.reader.known(value))
    expected, counted = oracle.totals(), system.running.totals()
    if expected != counted:
        lost, much = Counter(expected), Counter(counted)
        lost.subtract(counted)
        much.subtract(expected)
        raise Violation(f"lost {dict(+lost)}, counted too often {dict(+much)}")
    if system.parts.design is not None:
        return
    if system.published.totals() != expected:
        raise Violation("the published totals are not the counted ones")
    for generation in system.generations:
        _check_chains(generation)
        _check_records(generation)
    _check_history(system.running, counted)
    _check_persons(system.running, counted, oracle)
    _check_versions(oracle)
    _check_watermarks(system.running)


def _check_chains(generation: Generation) -> None:
    for stage, table in generation.tables.items():
        for partition, entries in table.confirmed.items():
            chain = GENESIS_CHAIN
            for number, entry in enumerate(entries, start=1):
                if entry.number != number or entry.previous != chain:
                    raise Violation(f"{stage} {partition}: entry {entry.number} does not follow {number - 1}")
                chain = entry.chain


def _check_history(generation: Generation, counted: dict[Cell, int]) -> None:
    """The totals are the sum of what all checkpoints added."""
    added: Counter[Cell] = Counter()
    for entry in generation.tables["aggregator"].entries(0):
        added.update(changed_by(entry))
    if {cell: total for cell, total in added.items() if total} != counted:
        raise Violation("the totals are not the sum of the checkpoints")


def _check_versions(oracle: Oracle) -> None:
    for household in oracle.households.values():
        for lineage in household.lineages:
            if lineage.current != last_of(lineage.versions):
                raise Violation("another version of a family's form is in force than should be")


def _check_records(generation: Generation) -> None:
    """Every document holds what all checkpoints up to its own have added: neither less nor more than it says."""
    table = generation.tables["aggregator"]
    added: Counter[Cell] = Counter()
    written = [(number, cell, total) for cell, (number, total) in table.totals.items()]
    for entry in table.entries(0):
        added.update(changed_by(entry))
        for number, cell, total in written:
            if number == entry.number and total != added[cell]:
                raise Violation(f"{cell}: the document of checkpoint {number} says {total}, and it is {added[cell]}")


def _check_persons(generation: Generation, counted: dict[Cell, int], oracle: Oracle) -> None:
    """The sum over all regions is the number of persons, as their own states have it."""
    states: dict[bytes, bytes] = {}
    for partition in range(generation.partitions("deduplicator")):
        for entry in generation.tables["deduplicator"].entries(partition):
            states |= unpack_states(entry.states)
    persons = sum(unpack_person(state).effective is not None for state in states.values())
    summed = sum(total for cell, total in counted.items() if isinstance(cell[0], int) and cell[1] & PERSON)
    alone = sum(person.effective is not None for person in oracle.persons.values())
    if not summed == persons == alone:
        raise Violation(f"regions sum up to {summed}, persons are {persons}, and should be {alone}")


def _check_watermarks(generation: Generation) -> None:
    """No checkpoint says that a record is counted before all that came of it was in."""
    sources = range(generation.partitions("deduplicator"))
    validators = {p: generation.tables["validator"].entries(p) for p in range(PARTITIONS)}
    deduplicators = {p: generation.tables["deduplicator"].entries(p) for p in sources}
    for checkpoint in generation.tables["aggregator"].entries(0):
        seen = [checkpoint.seen.get(source) for source in sources]
        for partition in range(PARTITIONS):
            up_to = min((one.up_to.get(partition, 0) if one else 0) for one in seen)
            needed = sum(1 for entry in validators[partition] if entry.first < up_to)
            for source, one in enumerate(seen):
                if needed and one is not None:
                    taken = deduplicators[source][one.number - 1].seen
                    if partition not in taken or taken[partition].number < needed:
                        raise Violation(
                            f"checkpoint {checkpoint.number}: partition {partition} is not in up to {up_to}"
                        )
