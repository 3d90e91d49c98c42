"""Filling the log: families are made in this process, sealed and sent in another, piece by piece."""

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread

from bench.corpus import REGION, TRAITS, sealed
from bench.log import fill_log
from bench.scale.place import Place, Progress
from services.cli.generate.expect import Expectation
from services.cli.generate.plan import Plan
from services.cli.generate.stream import Population
from services.intake.stamp import StrictClock
from shared.runtime.keys import load_keys
from shared.runtime.settings import Settings

PIECE = 20_000
_SEED = 1


def fill(place: Place, settings: Settings, progress: Progress) -> Progress:
    """Put all forms on the log, and what they must add up to into the place.

    A run that goes on makes the families again that it has made before, which takes a part of the time. The piece at
    which it was stopped is sent once more: what of it is on the log already is dropped as a repeat.
    """
    plan = plan_of(progress.households)
    population, expectation = Population(plan), Expectation(plan)
    lines = population.lines(expectation.add)
    for _ in islice(lines, progress.forms):
        pass
    noted = _Noted(place, progress)
    # Not forked: what this process has open, or runs in threads, is no business of the other.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=end_with_parent) as other:
        flying: Future[int] | None = None
        for piece in _pieces(lines):
            following = other.submit(send, settings, piece)
            noted.landed(flying)
            flying = following
        noted.landed(flying)
    place.expect(expectation.totals())
    return noted.done()


def plan_of(households: int) -> Plan:
    return Plan(households=households, seed=_SEED, region=REGION, traits=TRAITS)


def end_with_parent() -> None:
    """A process whose parent is killed would wait for its next piece for ever."""
    parent = parent_process()
    if parent is None:
        return

    def wait_for_end() -> None:
        parent.join()
        os._exit(1)

    Thread(target=wait_for_end, daemon=True).start()


def send(settings: Settings, lines: list[bytes]) -> int:
    """How many. In the other process."""
    keys = load_keys(settings.keys, settings.kek)
    fill_log(settings.kafka, list(sealed(lines, keys, StrictClock(now))), settings.partitions)
    return len(lines)


def now() -> int:
    return time.time_ns() // 1000


class _Noted:
    """Writes down how far the run is."""

    def __init__(self, place: Place, progress: Progress) -> None:
        self._place = place
        self._last = time.monotonic()
        self.progress = progress

    def landed(self, flying: "Future[int] | None") -> None:
        """Once the piece, if there is one, is on the log."""
        if flying is None:
            return
        forms = flying.result()
        moment = time.monotonic()
        spent, self._last = moment - self._last, moment
        self.progress = replace(
            self.progress,
            forms=self.progress.forms + forms,
            filling_seconds=round(self.progress.filling_seconds + spent, 1),
        )
        self._place.note(self.progress)
        print(f"{self.progress.forms:,} forms on the log, {forms / spent:,.0f} a second", file=sys.stderr, flush=True)

    def done(self) -> Progress:
        self.progress = replace(self.progress, filled=True)
        self._place.note(self.progress)
        return self.progress


def _pieces(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while piece := list(islice(lines, PIECE)):
        yield piece
