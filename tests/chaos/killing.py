"""One step after the other: kill what has work in flight, and wait until the system counts again."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.chaos.load import Load
from tests.chaos.plan import KINDS, WORKERS, Act, Step
from tests.chaos.victims import VictimSystem
from tests.chaos.watch import Newest, Watch

RECOVERY_SECONDS: Final = 180.0
_IN_FLIGHT_SECONDS: Final = 60.0
_LANDED_SECONDS: Final = 0.15
"""What a killed process had sent has arrived by then: an entry after that is its successor's."""
_POLL: Final = 0.05
_RESTS: Final = (0.3, 2.0)
_INTO_RECOVERY: Final = (0.1, 1.5)
_PAST_SESSION_SECONDS: Final = 60.0
Say = Callable[[str], None]


class NotRecoveredError(Exception):
    """The system did not count again in time."""


@dataclass(slots=True)
class Tally:
    """`first_batch`: seconds from the kill of a worker until its partitions had a new entry; `whole`: until something
    that was accepted after the kill was counted, by what was killed."""

    kills: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    idle: int = 0
    """Kills that were not made: the target had nothing in flight in time."""
    first_batch: list[float] = field(default_factory=list)
    whole: dict[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Before:
    """How things stood when something was killed."""

    at: float
    ends: Mapping[int, int]
    entries: Mapping[str, Mapping[int, Newest]]
    """Of stages: the newest entries of the partitions that the victims had."""


class Killer:
    def __init__(self, system: VictimSystem, watch: Watch, load: Load, seed: int, say: Say) -> None:
        self.system = system
        self.watch = watch
        self.load = load
        self._random = random.Random(seed + 1)
        self._say = say
        self._ends: Mapping[int, int] = {}
        self.tally = Tally()

    def do(self, step: Step) -> None:
        """Raises NotRecoveredError."""
        time.sleep(self._random.uniform(*_RESTS))
        if step.act is Act.STOP:
            self._stop(step.kinds[0])
            return
        victims = self._kill(step.kinds if step.act is Act.PAIR else step.kinds[:1])
        if victims is None:
            return
        before = self._look(victims)
        if step.act is Act.AGAIN:
            time.sleep(self._random.uniform(*_INTO_RECOVERY))
            again = self._strike(step.kinds[1], self._name_of_running(step.kinds[1]))
            victims = {**victims, **again}
            before = self._look(victims)
        self.tally.acts[step.act] += 1
        self._recover(step, victims, before)

    def _kill(self, kinds: tuple[str, ...]) -> dict[str, str] | None:
        """Names of what was killed, by kind; None where one of them had nothing to do."""
        names = {kind: self._busy(kind) for kind in kinds}
        if not all(names.values()):
            self.tally.idle += 1
            return None
        killed: dict[str, str] = {}
        for kind, name in names.items():
            killed |= self._strike(kind, name or "")
        return killed

    def _strike(self, kind: str, name: str) -> dict[str, str]:
        if not self.system.signal(name, signal.SIGKILL):
            raise NotRecoveredError(f"{name} was not there to be killed")
        self.tally.kills[kind] += 1
        return {kind: name}

    def _busy(self, kind: str) -> str | None:
        """The name of a process of the kind with work in flight, as soon as there is one."""
        deadline = time.monotonic() + _IN_FLIGHT_SECONDS
        while time.monotonic() < deadline:
            name = self._in_flight(kind)
            if name is not None and self.system.pid(name) is not None:
                return name
            time.sleep(_POLL)
        return None

    def _in_flight(self, kind: str) -> str | None:
        self._ends = self.watch.ends("validator") or self._ends
        if kind == "intake":
            return kind if self.load.in_flight else None
        if kind in WORKERS:
            behind = self.watch.behind(kind) or {}
            return next((worker for worker in behind.values() if worker), None)
        # An engine works for everybody: it is enough that something is accepted and not yet counted.
        counted = self.watch.counted()
        waiting = counted is not None and any(counted[each] < end for each, end in self._ends.items())
        return kind if waiting and self.load.in_flight else None

    def _name_of_running(self, kind: str) -> str:
        deadline = time.monotonic() + _IN_FLIGHT_SECONDS
        while time.monotonic() < deadline:
            names = [name for name in self.system.names(kind) if self.system.pid(name) is not None]
            if names:
                return self._random.choice(sorted(names))
            time.sleep(_POLL)
        raise NotRecoveredError(f"no {kind} was started again to be killed")

    def _look(self, victims: Mapping[str, str]) -> Before:
        at = time.monotonic()
        time.sleep(_LANDED_SECONDS)
        entries: dict[str, Mapping[int, Newest]] = {}
        for kind, name in victims.items():
            newest = self.watch.newest(kind) if kind in WORKERS else None
            if newest is not None:
                entries[kind] = {partition: each for partition, each in newest.items() if each.worker == name}
        return Before(at, self.watch.ends("validator") or self._ends, entries)

    def _recover(self, step: Step, victims: Mapping[str, str], before: Before) -> None:
        first: float | None = None
        deadline = before.at + RECOVERY_SECONDS
        while not self._counts_again(before):
            if first is None and before.entries and self._has_gone_on(before):
                first = time.monotonic() - before.at
            if self.load.problems:
                raise NotRecoveredError(f"the load ended: {self.load.problems[0]!r}")
            if time.monotonic() > deadline:
                raise NotRecoveredError(f"not within {RECOVERY_SECONDS:.0f} s after {dict(victims)} ended")
            time.sleep(_POLL)
        whole = time.monotonic() - before.at
        if before.entries:
            first = whole if first is None else first
        alone = step.act is Act.KILL
        if alone and first is not None:
            self.tally.first_batch.append(first)
        self.tally.whole.setdefault(step.kinds[0] if alone else step.act, []).append(whole)
        words = f", first batch after {first:.1f} s" if first is not None else ""
        self._say(f"{step.act} {' + '.join(victims.values())}: counts again after {whole:.1f} s{words}")

    def _has_gone_on(self, before: Before) -> bool:
        """Whether every partition of the victims has an entry that it did not have."""
        for kind, entries in before.entries.items():
            newest = self.watch.newest(kind)
            if newest is None or any(newest[partition].number <= old.number for partition, old in entries.items()):
                return False
        return True

    def _counts_again(self, before: Before) -> bool:
        """Whether all that was on the log is counted, and something that came later as well."""
        counted = self.watch.counted()
        if counted is None:
            return False
        caught_up = all(counted[each] >= end for each, end in before.ends.items())
        return caught_up and sum(counted) > sum(before.ends.values())

    def _stop(self, kind: str) -> None:
        """A worker sleeps with work in flight, another one gets its partitions, and it wakes."""
        name = self._busy(kind)
        if name is None or not self.system.signal(name, signal.SIGSTOP):
            self.tally.idle += 1
            return
        before = self._look({kind: name})
        taken = self._wait_for_takeover(kind, name, before)
        pid = self.system.pid(name)
        self.system.signal(name, signal.SIGCONT)
        self.tally.acts[Act.STOP] += 1
        self._recover(Step(Act.STOP, (kind,)), {kind: name}, before)
        left = self.system.pid(name) != pid
        self._say(f"  it slept {taken:.1f} s until it was replaced, and {'left' if left else 'stayed'} when it woke")

    def _wait_for_takeover(self, kind: str, name: str, before: Before) -> float:
        deadline = time.monotonic() + _PAST_SESSION_SECONDS
        while time.monotonic() < deadline:
            newest = self.watch.newest(kind)
            entries = before.entries.get(kind, {})
            if newest is not None and all(newest[each].worker != name for each in entries):
                break
            time.sleep(_POLL)
        return time.monotonic() - before.at


def missing_kinds(tally: Tally, least: int) -> list[str]:
    """Kinds that were killed less often than they should have been."""
    return [kind for kind in KINDS if tally.kills[kind] < least]
