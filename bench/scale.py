"""A whole province in one go: streamed in as fast as it is counted, watched all the way, checked at the end.

    .venv/bin/python -m bench.scale --households 12950000

East Java has 12.95 million households and 40.7 million people. The run writes a line every ten seconds to
`bench/results/scale.jsonl`, needs about 60 GB of disk for all of it, and says at the end whether every counter of every
region is right, and how long workers need to be back after all of them were killed.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from bench.contest import Ring, TotalsWatch, WrongTotals, prepare, processes
from bench.corpus import NATION, REGION, TRAITS, Corpus, Lot, Record, sealed
from bench.log import fill_log
from bench.meter import cpu_seconds, resident_mb
from bench.peers.cacah import PEER
from bench.ring import ring
from services.cli.generate.expect import Expectation
from services.cli.generate.plan import Plan
from services.cli.generate.stream import Population
from services.intake.stamp import StrictClock
from shared.runtime.keys import KeyRing, create_keys

RESULTS = Path(__file__).with_name("results") / "scale.jsonl"
PIECE = 20_000
AHEAD = 20_000
"""Forms that are on the log and not counted, at most: memory and disks are to show what counting needs, not a queue."""
_EVERY = 10.0
_SETTLE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Sample:
    seconds: float
    people: int
    rate: float
    memory_mb: Mapping[str, float]
    cpu_seconds: Mapping[str, float]
    disk_mb: Mapping[str, float]


class Watch:
    """Takes a sample whenever it is due."""

    def __init__(self, totals: TotalsWatch, pids: Mapping[str, int], folders: Mapping[str, Path]) -> None:
        self._totals = totals
        self._pids = pids
        self._folders = folders
        self._started = self._last = time.monotonic()
        self._people = 0

    def look(self, *, now_at_least: bool = False) -> None:
        now = time.monotonic()
        if now - self._last < _EVERY and not now_at_least:
            return
        people = self._totals.people()
        sample = Sample(
            round(now - self._started, 1),
            people,
            round((people - self._people) / max(now - self._last, 1e-9)),
            {name: round(resident_mb(pid)) for name, pid in self._pids.items()},
            {name: round(cpu_seconds(pid), 1) for name, pid in self._pids.items()},
            {name: round(_size_mb(folder)) for name, folder in self._folders.items()},
        )
        self._last, self._people = now, people
        line = json.dumps(asdict(sample))
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        print(line, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.scale", description=__doc__.partition("\n")[0])
    parser.add_argument("--households", type=int, default=12_950_000)
    households = parser.parse_args().households
    folder = Path(tempfile.mkdtemp(prefix="cacah-scale-"))
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.unlink(missing_ok=True)
    try:
        keys = create_keys(folder / "keys")
        with ring(folder) as here:
            seconds = _count(here, folder, keys, households)
    except WrongTotals as problem:
        print(f"FAIL {problem}")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"OK households={households} back_after_kill_seconds={seconds:.1f}")
    return 0


def _count(here: Ring, folder: Path, keys: KeyRing, households: int) -> float:
    """How long workers needed to be back at the end."""
    plan = Plan(households=households, seed=1, region=REGION, traits=TRAITS)
    population, expectation = Population(plan), Expectation(plan)
    records = sealed(population.lines(expectation.add), keys, StrictClock(_now))
    settings = prepare(here, PEER, 1, Corpus(Lot((), {}), Lot((), {})))
    folders = {"log and blocks": folder / "engines" / "kafka", "mongod": folder / "engines" / "mongo"}
    with MongoClient[dict[str, Any]](settings.mongo) as client, ExitStack() as stack:
        pids = stack.enter_context(processes(PEER, settings))
        totals = TotalsWatch(client[settings.database][PEER.collection], PEER, pids)
        watch = Watch(totals, {**pids, **here.engines}, folders | {"stores": settings.state / "store"})
        sent = 0
        for piece in _pieces(records):
            fill_log(settings.kafka, piece, settings.partitions)
            sent += len(piece)
            while _counted(client, settings.database) < sent - AHEAD:
                watch.look()
                time.sleep(0.1)
        totals.wait_for(expectation.totals(), _SETTLE_SECONDS)
        watch.look(now_at_least=True)
        stack.close()
        started = time.monotonic()
        stack.enter_context(processes(PEER, settings))
        last = next(iter(sealed(islice(Population(Plan(households=1, seed=2)).lines(), 1), keys, StrictClock(_now))))
        before = totals.people()
        fill_log(settings.kafka, [last], settings.partitions)
        while totals.people() == before:
            time.sleep(0.02)
        return time.monotonic() - started


def _counted(client: MongoClient[dict[str, Any]], database: str) -> int:
    """Forms."""
    nation = client[database][PEER.collection].find_one({"_id": NATION}, {"counted_up_to": 1})
    return sum(nation["counted_up_to"]) if nation else 0


def _now() -> int:
    return int(time.time() * 1e6)


def _pieces(records: Iterator[Record]) -> Iterator[list[Record]]:
    while piece := list(islice(records, PIECE)):
        yield piece


def _size_mb(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20 if folder.exists() else 0.0


if __name__ == "__main__":
    sys.exit(main())
