"""What may happen to a system at any moment. Each leaves the world in a state that the real one can be in."""

from collections.abc import Callable

from tests.simulation.system import STAGES, WORKERS, System, Worker
from tests.simulation.world import Disk

Fault = Callable[[System], None]


def _worker(system: System) -> Worker:
    return system.scheduler.random.choice(system.workers)


def _recent(system: System, disk: Disk, depth: int) -> None:
    """A crash keeps a prefix of what was written."""
    kept = max(1, len(disk.history) - system.scheduler.random.randint(0, depth))
    del disk.history[kept:]


def crash(system: System) -> None:
    worker = _worker(system)
    if worker.alive:
        system.kill(worker)
        for (stage, index, _), disk in system.disks.items():
            if (stage, index) == (worker.stage, worker.index):
                _recent(system, disk, 3)


def crash_two(system: System) -> None:
    crash(system)
    crash(system)


def zombie(system: System) -> None:
    """A worker stops for longer than its session; its partitions go to the other one; it wakes later and goes on."""
    worker = _worker(system)
    if not worker.alive or worker.asleep:
        return
    system.sleep(worker, asleep=True)
    worker.behind = True
    other = next(each for each in system.workers if each.stage == worker.stage and each is not worker)
    for key, owner in list(system.owners.items()):
        if key[0] == worker.stage and owner == worker.index:
            system.owners[key] = other.index
            if other.alive:
                system.open(other, key[1])


def wake(system: System) -> None:
    for worker in system.workers:
        if worker.asleep:
            system.sleep(worker, asleep=False)


def rebalance(system: System) -> None:
    stage = system.scheduler.random.choice(STAGES)
    for key, owner in list(system.owners.items()):
        new = system.scheduler.random.randrange(WORKERS)
        if key[0] != stage or new == owner:
            continue
        before, after = (next(w for w in system.workers if w.stage == stage and w.index == i) for i in (owner, new))
        system.owners[key] = new
        system.close(before, key[1])
        if after.alive:
            system.open(after, key[1])


def lose_store(system: System) -> None:
    worker = _worker(system)
    system.kill(worker)
    for key in [key for key in system.disks if key[:2] == (worker.stage, worker.index)]:
        del system.disks[key]


def age_store(system: System) -> None:
    worker = _worker(system)
    system.kill(worker)
    for key, disk in system.disks.items():
        if key[:2] == (worker.stage, worker.index):
            _recent(system, disk, len(disk.history))


def swap_stores(system: System) -> None:
    """A worker finds the folder of another partition, or of another system, where its own should be."""
    worker = _worker(system)
    system.kill(worker)
    mine = [key for key in system.disks if key[:2] == (worker.stage, worker.index)]
    for key in mine:
        system.disks[key] = Disk(list(system.scheduler.random.choice(list(system.disks.values())).history))


def step_down(system: System) -> None:
    """The primary goes: what no majority had confirmed is rolled back or, as it turns out, had been."""
    for table in system.tables.values():
        for partition in list(table.applied):
            if system.scheduler.random.random() < 0.5:
                table.roll_back(partition)
            else:
                table.confirm(partition)


def lose_blocks(system: System) -> None:
    """An inner topic loses acknowledged records at its end."""
    topic = system.scheduler.random.choice((system.claims, system.changes))
    records = system.scheduler.random.choice(topic.partitions)
    del records[max(0, len(records) - system.scheduler.random.randint(1, 3)) :]


def repeat_blocks(system: System) -> None:
    """An acknowledgement was lost on its way, and the producer sent again."""
    topic = system.scheduler.random.choice((system.claims, system.changes))
    records = system.scheduler.random.choice(topic.partitions)
    records.extend(records[-system.scheduler.random.randint(1, 3) :])


def jump_clock(system: System) -> None:
    system.scheduler.now += system.scheduler.random.choice((-3600.0, 3600.0))


FAULTS: tuple[Fault, ...] = (
    crash,
    crash,
    crash,
    crash_two,
    zombie,
    zombie,
    wake,
    rebalance,
    lose_store,
    age_store,
    swap_stores,
    step_down,
    lose_blocks,
    repeat_blocks,
    jump_clock,
)
