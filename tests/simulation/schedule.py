"""One seeded run: a census arrives while things go wrong; then everything is left to finish, and is checked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.simulation.census import Census, KnownRecords
from tests.simulation.checks import check
from tests.simulation.faults import FAULTS, Fault, lose_power, wake
from tests.simulation.generation import Parts
from tests.simulation.loop import Scheduler
from tests.simulation.published import Violation
from tests.simulation.system import PARTITIONS, System

SUBMISSIONS = 60
MOST_STEPS = 60_000


@dataclass(frozen=True)
class Report:
    seed: int
    steps: int
    faults: Counter[str]
    failures: Counter[str]
    crashed_at: Counter[str]
    names: frozenset[str]


def run(seed: int, faults: Mapping[Fault, int] = FAULTS, **parts: Any) -> Report:
    """Raises Violation where the promise is broken.

    Args:
        parts: of the chain, to be replaced by others: fields of `Parts`.
    """
    random = Random(seed)
    scheduler = Scheduler(random)
    records = Census(random, PARTITIONS).take(SUBMISSIONS)
    system = System(scheduler, Parts(1 + seed % 3, KnownRecords(records), **parts), records)
    planned = sorted(random.sample(range(5, 600), random.randint(3, 9)))
    happened: Counter[str] = Counter()
    while system.waiting or planned:
        if system.waiting and random.random() < 0.15:
            system.append(system.waiting[0])
        if random.random() < 0.01:
            system.take_backup()
        if planned and scheduler.taken >= planned[0]:
            planned.pop(0)
            (fault,) = random.choices(list(faults), list(faults.values()))
            happened[fault.__name__] += 1
            fault(system)
        _go_on(system, restart=0.02)
    _finish(system)
    if system.damaged:
        # What was lost may be noticed only by somebody who starts.
        lose_power(system)
        _finish(system)
    check(system)
    return Report(seed, scheduler.taken, happened, system.failures, scheduler.crashed_at, frozenset(scheduler.names))


def _go_on(system: System, restart: float) -> None:
    moved = system.scheduler.advance()
    for generation in system.generations:
        for table in generation.tables.values():
            for partition in list(table.applied):
                # A majority confirms whether or not anybody still waits for it.
                if system.random.random() < 0.1:
                    table.confirm(partition)
    if system.broken is not None:
        raise system.broken
    system.keep_going(restart if moved else 1.0)
    if not moved:
        system.scheduler.taken += 1


def _finish(system: System) -> None:
    """Nothing more goes wrong. What was applied is confirmed; everybody wakes and runs until all is counted."""
    wake(system)
    ends = [len(records) for records in system.log.partitions]
    for _ in range(MOST_STEPS):
        if system.at_rest and system.running.is_settled and system.running.counted_up_to() == ends:
            return
        _go_on(system, restart=1.0)
    raise Violation(
        f"not finished after {MOST_STEPS} steps: counted up to {system.running.counted_up_to()} of {ends}, "
        f"ended {dict(system.failures)}"
    )
