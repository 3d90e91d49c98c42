"""What is done to a system, in which order: fixed by the number of kills and a seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

WORKERS: Final = ("validator", "deduplicator", "aggregator")
KINDS: Final = (*WORKERS, "intake", "kafka", "mongo")


class Act(StrEnum):
    KILL = "kill"
    PAIR = "pair"
    """Two kinds at the same moment."""
    AGAIN = "again"
    """One, and another one while the system recovers from it."""
    STOP = "stop"
    """A worker sleeps until another one has its partitions, and wakes: a zombie. Not one of the kills."""


@dataclass(frozen=True, slots=True)
class Step:
    act: Act
    kinds: tuple[str, ...]

    @property
    def kills(self) -> int:
        return 0 if self.act is Act.STOP else len(self.kinds)


def plan(kills: int, seed: int) -> list[Step]:
    """`kills` processes are killed, as many of each kind as of any other; one in five in a pair, one in five in or
    before a recovery; and one stop for every ten kills."""
    rng = random.Random(seed)
    doubles = kills // 10
    steps = [Step(Act.PAIR, pair) for pair in _pairs(rng, doubles)]
    used = [kind for step in steps for kind in step.kinds]
    deck = _even(rng, kills, used)
    steps += [Step(Act.AGAIN, (deck.pop(), deck.pop())) for _ in range(doubles)]
    steps += [Step(Act.KILL, (kind,)) for kind in deck]
    steps += [Step(Act.STOP, (WORKERS[number % len(WORKERS)],)) for number in range(doubles)]
    rng.shuffle(steps)
    return steps


def _pairs(rng: random.Random, count: int) -> Iterator[tuple[str, str]]:
    every = [(one, other) for at, one in enumerate(KINDS) for other in KINDS[at + 1 :]]
    rng.shuffle(every)
    for number in range(count):
        yield every[number % len(every)]


def _even(rng: random.Random, kills: int, used: list[str]) -> list[str]:
    """What is left to kill so that all kinds come to the same number, in any order."""
    left: list[str] = []
    counts = {kind: used.count(kind) for kind in KINDS}
    while len(left) + len(used) < kills:
        kind = min(KINDS, key=lambda each: (counts[each], rng.random()))
        counts[kind] += 1
        left.append(kind)
    rng.shuffle(left)
    return left
