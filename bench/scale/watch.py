"""Samples while it counts: people a second, memory, processor time, disks."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.contest import TotalsWatch
from bench.meter import cpu_seconds, resident_mb


@dataclass(frozen=True, slots=True)
class Sample:
    """`seconds`: of counting, over all parts of the run. `rate`: people a second since the sample before."""

    seconds: float
    people: int
    rate: float
    memory_mb: Mapping[str, float]
    cpu_seconds: Mapping[str, float]


class Watch:
    """Takes a sample whenever it is due.

    Args:
        file: where samples are added.
        before: seconds that earlier parts of the run have counted for.
    """

    def __init__(
        self, totals: TotalsWatch, pids: Mapping[str, int], file: Path, *, every: float, before: float
    ) -> None:
        self._totals = totals
        self._pids = pids
        self._file = file
        self._every = every
        self._started = self._last = time.monotonic()
        self._before = before
        self._people = totals.people()

    @property
    def seconds(self) -> float:
        return round(self._before + time.monotonic() - self._started, 1)

    def look(self) -> bool:
        """Whether a sample was due."""
        now = time.monotonic()
        if now - self._last < self._every:
            return False
        people = self._totals.people()
        sample = Sample(
            self.seconds,
            people,
            round((people - self._people) / (now - self._last)),
            {name: round(resident_mb(pid)) for name, pid in self._pids.items()},
            {name: round(cpu_seconds(pid), 1) for name, pid in self._pids.items()},
        )
        self._last, self._people = now, people
        line = json.dumps(asdict(sample))
        with self._file.open("a", encoding="ascii") as file:
            file.write(line + "\n")
        print(line, file=sys.stderr, flush=True)
        return True


def samples(file: Path) -> Iterator[Sample]:
    with file.open(encoding="ascii") as lines:
        for line in lines:
            yield Sample(**json.loads(line))
