"""One run of one peer: fresh topics and database, a warm-up that must be right, then everything at once, timed."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any

from pymongo import MongoClient
from pymongo.collection import Collection

from bench.corpus import NATION, Corpus, Totals
from bench.log import fill_log, make_topics
from bench.meter import Meter, Usage, alive, idle_and_all, idle_share
from bench.peers import Peer, Stage
from deploy.engines.process import GuardedProcess
from services.cli.dev.environment import of_services
from shared.contracts.topics import SUBMISSIONS, TopicSpec
from shared.runtime.database import prepare_database
from shared.runtime.settings import Settings

_WARM_UP_SECONDS = 90.0
_LOOK_EVERY = 0.02
_SAMPLE = 50

Document = dict[str, Any]


class WrongTotals(Exception):
    """A peer that does not count right is not worth timing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds`: after so long a peer is stopped and judged by how far it came."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """`people` counted in `seconds`, from the first record of the load in the log. `complete`: all of them, and every
    counter of every region right. `pace`: people a second from the first that were counted to the last, without the wait
    for the first. `usage`: per process, of the peer and of the engines. `idle`: share of the machine."""

    peer: str
    people: int
    seconds: float
    complete: bool
    usage: Mapping[str, Usage]
    idle: float
    pace: float

    @property
    def rate(self) -> float:
        """People a second."""
        return self.people / self.seconds

    def microseconds(self, process: str) -> float:
        """Processor time a person."""
        return self.usage[process].cpu * 1e6 / self.people


@dataclass(frozen=True, slots=True)
class Ring:
    """Where the runs take place. `engines`: process ids of Kafka and mongod."""

    settings: Settings
    engines: Mapping[str, int]


def run(ring: Ring, peer: Peer, number: int, corpus: Corpus, limits: Limits) -> Result:
    """The `number`-th run in this ring. Raises WrongTotals."""
    settings = prepare(ring, peer, number, corpus)
    with MongoClient[Document](settings.mongo) as client, processes(peer, settings) as pids:
        totals = TotalsWatch(client[settings.database][peer.collection], peer, pids)
        totals.wait_for(corpus.warm_up.totals, _WARM_UP_SECONDS)
        return timed(ring, settings, totals, corpus, limits)


def run_stage(ring: Ring, stage: Stage, number: int, corpus: Corpus) -> Result:
    """One stage alone, on a log that is full: how fast it gets through. `people` are those of the forms read."""
    settings = prepare(ring, stage, number, corpus)
    warm, all_of_them = len(corpus.warm_up.records), len(corpus.warm_up.records) + len(corpus.load.records)
    with processes(stage, settings) as pids:
        _until(stage, settings, warm)
        meter, machine, started = Meter({**pids, **ring.engines}), idle_and_all(), time.monotonic()
        loader = Thread(target=fill_log, args=(settings.kafka, corpus.load.records, settings.partitions))
        loader.start()
        _until(stage, settings, all_of_them)
        seconds, usage, idle = time.monotonic() - started, meter.read(), idle_share(machine, idle_and_all())
        loader.join()
    people = corpus.load.people
    # What a stage alone has done is known by batches, which are too few for a pace of its own.
    pace = round(people / seconds, 1)
    return Result(stage.name, people, round(seconds, 3), complete=True, usage=usage, idle=round(idle, 3), pace=pace)


def prepare(ring: Ring, peer: Peer | Stage, number: int, corpus: Corpus) -> Settings:
    name = f"bench_{number}_{peer.name}"
    settings = replace(ring.settings, database=name, state=ring.settings.state / name, generation=f"g{number}")
    settings.state.mkdir(parents=True)
    prepare_database(settings.mongo, settings.database, settings.generation)
    make_topics(settings.kafka, (TopicSpec(SUBMISSIONS, settings.partitions), *peer.topics(settings)))
    fill_log(settings.kafka, corpus.warm_up.records, settings.partitions)
    return settings


def _until(stage: Stage, settings: Settings, records: int) -> None:
    deadline = time.monotonic() + _WARM_UP_SECONDS
    while stage.done(settings) < records:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{stage.name} is not through {records} records within {_WARM_UP_SECONDS:.0f} s")
        time.sleep(_LOOK_EVERY)


def timed(ring: Ring, settings: Settings, totals: "TotalsWatch", corpus: Corpus, limits: Limits) -> Result:
    meter, machine = Meter({**totals.pids, **ring.engines}), idle_and_all()
    loader = Thread(target=fill_log, args=(settings.kafka, corpus.load.records, settings.partitions))
    started = time.monotonic()
    loader.start()
    complete = totals.reach(corpus.totals, started + limits.seconds)
    ended, usage = time.monotonic(), meter.read()
    people = totals.people()
    idle = idle_share(machine, idle_and_all())
    loader.join()
    pace = totals.pace(ended, people)
    people -= corpus.warm_up.people
    return Result(totals.peer.name, people, round(ended - started, 3), complete, usage, round(idle, 3), pace)


class TotalsWatch:
    """What a peer has counted so far."""

    def __init__(self, collection: Collection[Document], peer: Peer, pids: Mapping[str, int]) -> None:
        self._collection = collection
        self.peer = peer
        self.pids = pids
        self._first: tuple[float, int] | None = None

    def people(self) -> int:
        return self._counters(NATION).get("persons", 0)

    def reach(self, expected: Totals, deadline: float) -> bool:
        """Whether the nation's counters were as expected before the deadline; then those of all regions are waited for,
        which some write a little later. Raises WrongTotals."""
        before = self.people()
        while time.monotonic() < deadline:
            found = self._counters(NATION)
            if self._first is None and found.get("persons", 0) > before:
                self._first = time.monotonic(), found["persons"]
            if found == expected[NATION]:
                self.wait_for(expected, _WARM_UP_SECONDS)
                return True
            self._check_alive()
            time.sleep(_LOOK_EVERY)
        return False

    def pace(self, ended: float, people: int) -> float:
        """People a second since the first look that found some more than before; 0 where none did."""
        if self._first is None:
            return 0.0
        began, some = self._first
        return round((people - some) / (ended - began), 1)

    def wait_for(self, expected: Totals, seconds: float) -> None:
        """Every counter of every region. Raises WrongTotals."""
        deadline = time.monotonic() + seconds
        # All regions are read once these are right: who reads them all, over and over, is a load like any other.
        some = {code: expected[code] for code in sorted(expected)[:: len(expected) // _SAMPLE + 1]}
        while self._found(list(some)) != some or self._found() != expected:
            self._check_alive()
            if time.monotonic() > deadline:
                found = self._found()
                wrong = sorted(code for code in {*found, *expected} if found.get(code) != expected.get(code))
                raise WrongTotals(f"{self.peer.name}: {len(wrong)} regions are not as they should be: {wrong[:5]}")
            time.sleep(_LOOK_EVERY)

    def _found(self, regions: list[str] | None = None) -> Totals:
        """Of some regions, or of all."""
        chosen = {} if regions is None else {"_id": {"$in": regions}}
        return {each["_id"]: _positive(each["counters"]) for each in self._collection.find(chosen)}

    def _counters(self, region: str) -> dict[str, int]:
        document = self._collection.find_one({"_id": region})
        return _positive(document["counters"]) if document else {}

    def _check_alive(self) -> None:
        gone = [name for name, pid in self.pids.items() if not alive(pid)]
        if gone:
            raise WrongTotals(f"{self.peer.name}: ended by itself: {', '.join(gone)}")


def _positive(counters: Mapping[str, int]) -> dict[str, int]:
    return {code: number for code, number in counters.items() if number}


@contextmanager
def processes(peer: Peer | Stage, settings: Settings) -> Iterator[dict[str, int]]:
    """Names and process ids."""
    environment = of_services(settings) | {"CACAH_INSTANCE": settings.instance}
    with ExitStack() as running:
        processes = [_process(module, settings.state, environment) for module in peer.modules]
        for process in processes:
            running.callback(process.stop)
        yield {process.name: process.pid for process in processes}


def _process(module: str, folder: Path, environment: Mapping[str, str]) -> GuardedProcess:
    path, _, argument = module.partition(":")
    name = argument or path.rpartition(".")[2]
    command = [sys.executable, "-m", path, *([argument] if argument else [])]
    # Not in `folder`: modules are found from the checkout.
    return GuardedProcess(
        name, command, folder=Path.cwd(), log=folder / f"{name}.log", grace=0.1, environment=environment
    )
