"""What may happen to a system at any moment. Each leaves the world in a state that the real one can be in."""

from collections.abc import Callable

from tests.simulation.generation import STAGES, WORKERS, Generation, Worker
from tests.simulation.system import System
from tests.simulation.world import Disk, Topic

Fault = Callable[[System], None]
_SESSION = 10.0
"""Seconds after which the group gives the partitions of a worker that is silent to another."""


def _worker(system: System) -> Worker:
    return system.random.choice(system.workers)


def _generation(system: System) -> Generation:
    return _worker(system).generation


def _inner_topic(system: System) -> Topic:
    generation = _generation(system)
    return system.random.choice((generation.claims, generation.changes))


def _kill(system: System, worker: Worker, depth: int = 3) -> None:
    """A crash keeps a prefix of what was written to the store."""
    worker.generation.kill(worker)
    for disk in _disks(worker):
        kept = max(1, len(disk.history) - system.random.randint(0, depth))
        del disk.history[kept:]


def _disks(worker: Worker) -> list[Disk]:
    mine = (worker.stage, worker.index)
    return [disk for key, disk in worker.generation.disks.items() if key[:2] == mine]


def crash(system: System) -> None:
    _kill(system, _worker(system))


def crash_two(system: System) -> None:
    crash(system)
    crash(system)


def crash_at_step(system: System) -> None:
    """Of all the steps that somebody is about to take, each kind is as likely as the others."""
    waiting = system.scheduler.waiting()
    if not waiting:
        return
    actor = waiting[system.random.choice(sorted(waiting))]
    if system.is_operator(actor):
        system.stop_replay()
    for worker in system.workers:
        if actor in worker.lives:
            _kill(system, worker)


def lose_power(system: System) -> None:
    for worker in system.workers:
        _kill(system, worker)


def zombie(system: System) -> None:
    """A worker stops for longer than its session; its partitions go to the other one; it wakes later and goes on."""
    worker = _worker(system)
    if not worker.alive or worker.asleep:
        return
    generation = worker.generation
    generation.sleep(worker, asleep=True)
    worker.behind = True
    system.scheduler.now += _SESSION
    other = next(each for each in generation.workers if each.stage == worker.stage and each is not worker)
    for key, owner in list(generation.owners.items()):
        if key[0] == worker.stage and owner == worker.index:
            generation.owners[key] = other.index
            if other.alive:
                generation.open(other, key[1])


def wake(system: System) -> None:
    for generation in system.generations:
        for worker in generation.workers:
            if worker.asleep:
                generation.sleep(worker, asleep=False)


def rebalance(system: System) -> None:
    generation, stage = _generation(system), system.random.choice(STAGES)
    for key, owner in list(generation.owners.items()):
        new = system.random.randrange(WORKERS)
        if key[0] != stage or new == owner:
            continue
        before, after = (next(w for w in generation.workers if (w.stage, w.index) == (stage, i)) for i in (owner, new))
        generation.owners[key] = new
        generation.close(before, key[1])
        if after.alive:
            generation.open(after, key[1])


def lose_store(system: System) -> None:
    worker = _worker(system)
    _kill(system, worker)
    for disk in _disks(worker):
        del disk.history[1:]


def age_store(system: System) -> None:
    worker = _worker(system)
    _kill(system, worker, depth=1000)


def swap_stores(system: System) -> None:
    """A worker finds the folder of another partition, or of another generation, where its own should be."""
    worker = _worker(system)
    _kill(system, worker)
    others = [disk for generation in system.generations for disk in generation.disks.values()]
    for disk in _disks(worker):
        disk.history = list(system.random.choice(others).history)


def step_down(system: System) -> None:
    """The primary goes: what no majority had confirmed is rolled back or, as it turns out, had been."""
    for generation in system.generations:
        for table in generation.tables.values():
            for partition in list(table.applied):
                if system.random.random() < 0.5:
                    table.roll_back(partition)
                else:
                    table.confirm(partition)


def lose_blocks(system: System) -> None:
    """An inner topic loses acknowledged records at its end."""
    records = system.random.choice(_inner_topic(system).partitions)
    del records[max(0, len(records) - system.random.randint(1, 3)) :]


def lose_inner_topic(system: System) -> None:
    """Somebody made an inner topic again."""
    for records in _inner_topic(system).partitions:
        records.clear()


def repeat_blocks(system: System) -> None:
    """An acknowledgement was lost on its way, and the producer sent again."""
    records = system.random.choice(_inner_topic(system).partitions)
    records.extend(records[-system.random.randint(1, 3) :])


def reset_groups(system: System) -> None:
    """Somebody sets the consumer groups to the beginning, while nobody reads; then everybody starts."""
    lose_power(system)
    for generation in system.generations:
        for group in generation.groups.values():
            group.update(dict.fromkeys(group, -1))


def jump_clock(system: System) -> None:
    system.scheduler.now += system.random.choice((-3600.0, 3600.0))


def replay(system: System) -> None:
    """Somebody starts `cacah replay`, which ends in a swap."""
    system.replay()


def restore_backup(system: System) -> None:
    system.restore_backup()


def cut_log(system: System) -> None:
    """The broker comes back without the newest records, which it had acknowledged, and goes on to take others; some of
    those who sent them send them again."""
    system.damaged = True
    system.scheduler.now += _SESSION
    partition = system.random.randrange(len(system.log.partitions))
    records = system.log.partitions[partition]
    lost = records[-system.random.randint(1, 8) :]
    del records[len(records) - len(lost) :]
    system.send_again([value for value in lost if system.random.random() < 0.5])
    for record in [each for each in system.waiting if each.partition == partition][: system.random.randint(0, 8)]:
        system.append(record)


DEATHS: tuple[Fault, ...] = (crash, crash_two, zombie, wake, rebalance)

FAULTS: dict[Fault, int] = {
    crash: 3,
    crash_two: 1,
    crash_at_step: 8,
    lose_power: 1,
    zombie: 3,
    wake: 1,
    rebalance: 2,
    lose_store: 1,
    age_store: 1,
    swap_stores: 1,
    step_down: 1,
    lose_blocks: 1,
    lose_inner_topic: 1,
    repeat_blocks: 1,
    reset_groups: 1,
    jump_clock: 1,
    replay: 1,
    restore_backup: 1,
    cut_log: 1,
}
"""With how often each of them is to be."""
