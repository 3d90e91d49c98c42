"""One seeded run: a census arrives while things go wrong; then everything is left to finish, and is checked."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from shared.ledger.entry import GENESIS_CHAIN
from tests.simulation.census import census
from tests.simulation.faults import FAULTS, Fault, wake
from tests.simulation.loop import Scheduler
from tests.simulation.oracle import count
from tests.simulation.system import PARTITIONS, System, Violation

SUBMISSIONS = 60
MOST_STEPS = 60_000


@dataclass(frozen=True)
class Report:
    seed: int
    steps: int
    faults: Counter[str]
    crashed_at: Counter[str]
    names: frozenset[str]


Build = Callable[..., System]


def run(seed: int, build: Build = System, faults: Sequence[Fault] = FAULTS, **options: Any) -> Report:
    """Raises Violation where the promise is broken."""
    random = Random(seed)
    scheduler = Scheduler(random)
    records = census(random, SUBMISSIONS, PARTITIONS)
    system = build(scheduler, records, overlap=1 + seed % 3, **options)
    planned = sorted(random.sample(range(5, 600), random.randint(3, 9)))
    happened: Counter[str] = Counter()
    waiting = list(records)
    while waiting or planned:
        if waiting and random.random() < 0.15:
            record = waiting.pop(0)
            system.log.partitions[record.partition].append(record.value)
        if planned and scheduler.taken >= planned[0]:
            planned.pop(0)
            fault = random.choice(faults)
            happened[fault.__name__] += 1
            fault(system)
        _go_on(system, restart=0.02)
    _finish(system)
    _check(system, records)
    return Report(seed, scheduler.taken, happened, scheduler.crashed_at, frozenset(scheduler.names))


def _go_on(system: System, restart: float) -> None:
    moved = system.scheduler.advance()
    for table in system.tables.values():
        for partition in list(table.applied):
            # A majority confirms whether or not anybody still waits for it.
            if system.scheduler.random.random() < 0.1:
                table.confirm(partition)
    if system.broken is not None:
        raise system.broken
    for worker in system.workers:
        if not worker.alive and (not moved or system.scheduler.random.random() < restart):
            system.start(worker)
        elif worker.behind and not worker.asleep and (not moved or system.scheduler.random.random() < restart):
            system.hear(worker)
    if not moved:
        system.scheduler.taken += 1


def _finish(system: System) -> None:
    """Nothing more goes wrong. What was applied is confirmed; everybody wakes and runs until all is counted."""
    wake(system)
    ends = [len(records) for records in system.log.partitions]
    for _ in range(MOST_STEPS):
        if system.counted_up_to() == ends and not system.scheduler.busy():
            return
        _go_on(system, restart=1.0)
    raise Violation(f"not finished after {MOST_STEPS} steps: counted up to {system.counted_up_to()} of {ends}")


def _check(system: System, records: list[Any]) -> None:
    expected, counted = count(records), system.totals()
    if expected != counted:
        raise Violation(f"lost {dict(expected - counted)}, counted too often {dict(counted - expected)}")
    if system.design is not None:
        return
    published = {cell: value for cell, (_, value) in system.published.latest.items() if value}
    if published != dict(expected):
        raise Violation("the published totals are not the counted ones")
    for stage, table in system.tables.items():
        for partition, entries in table.confirmed.items():
            chain = GENESIS_CHAIN
            for number, entry in enumerate(entries, start=1):
                if entry.number != number or entry.previous != chain:
                    raise Violation(f"{stage} {partition}: entry {entry.number} does not follow {number - 1}")
                chain = entry.chain
    _check_watermarks(system)


def _check_watermarks(system: System) -> None:
    """No checkpoint says that a record is counted before all that came of it was in."""
    validators = {p: system.tables["validator"].entries(p) for p in range(PARTITIONS)}
    deduplicators = {p: system.tables["deduplicator"].entries(p) for p in range(PARTITIONS)}
    for checkpoint in system.tables["aggregator"].entries(0):
        seen = [checkpoint.seen.get(source) for source in range(PARTITIONS)]
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
