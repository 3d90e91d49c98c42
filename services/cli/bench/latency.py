"""How long it takes from sending a form until it is counted, under a steady load.

Forms leave by a timetable, whatever becomes of those before them, and time runs from the moment at which a form was due
to leave. A system that stalls is therefore charged for every form that would have come meanwhile, and not only for the
one that was under way: the usual mistake of load tests (coordinated omission) is not made. A form is counted once the
nation's `counted_up_to` in MongoDB is past its offset, and shown once an event of the dashboard's stream says that
everything is counted that was accepted by then.
"""

import asyncio
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

import httpx
import msgspec
from pymongo import MongoClient

from services.cli.bench.spread import Spread, Watermarks, spread
from services.cli.generate.plan import Plan, Traits
from services.cli.generate.stream import Population
from shared.domain.regions import NATION
from shared.runtime.settings import Settings

_TICK: Final = 0.02
"""Seconds between two departures; what is due leaves together."""
_LOOK_EVERY: Final = 0.005
_PATIENCE: Final = 60.0
_DATA: Final = "data: "
_HEADERS: Final = {"content-type": "application/x-ndjson"}


@dataclass(frozen=True, slots=True)
class Load:
    """`share` of the full load, in forms a second, for some seconds."""

    share: float
    rate: float
    seconds: float

    @property
    def forms(self) -> int:
        return max(1, int(self.rate * self.seconds))


@dataclass(frozen=True, slots=True)
class Doors:
    """URLs."""

    intake: str
    dashboard: str


@dataclass(frozen=True, slots=True)
class Measured:
    load: Load
    refused: int
    accepted: Spread
    """Until intake has said that the form is durable."""
    counted: Spread
    shown: Spread


@dataclass(frozen=True, slots=True)
class _Sent:
    """`due` and `accepted` in seconds of the monotonic clock; `answered`, the moment of `accepted` in microseconds since
    1970-01-01."""

    due: float
    accepted: float
    answered: int
    partition: int
    offset: int


def measure(settings: Settings, doors: Doors, loads: Sequence[Load], *, seed: int) -> Iterator[Measured]:
    """One load after the other. Raises httpx.HTTPError where a door cannot be reached."""
    forms = sum(load.forms for load in loads)
    traits = Traits(revisions=0.0, repeats=0.0, reused_ids=0.0, shared_persons=0.0, broken=0.0)
    plan = Plan(households=forms, seed=seed, region=NATION, census_day=settings.census_day, traits=traits)
    lines = Population(plan).lines()
    for load in loads:
        due = list(islice(lines, load.forms))
        with _Watcher(settings) as watcher, _Reader(doors.dashboard) as reader:
            sent, refused = asyncio.run(_send(doors.intake, due, load))
            yield _judge(load, sent, refused, watcher, reader)


def _judge(load: Load, sent: Sequence[_Sent], refused: int, watcher: "_Watcher", reader: "_Reader") -> Measured:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and any(reader.shown_at(each) is None for each in sent[-1000:]):
        time.sleep(_LOOK_EVERY)
    return Measured(
        load,
        refused,
        spread(each.accepted - each.due for each in sent),
        _since_due((each, watcher.counted_at(each)) for each in sent),
        _since_due((each, reader.shown_at(each)) for each in sent),
    )


def _since_due(moments: Iterable[tuple[_Sent, float | None]]) -> Spread:
    """Of forms, each with the moment at which something happened to it, or None where it did not in time."""
    latencies = [None if moment is None else moment - form.due for form, moment in moments]
    known = [latency for latency in latencies if latency is not None]
    return spread(known, len(latencies) - len(known))


async def _send(url: str, lines: Sequence[bytes], load: Load) -> tuple[list[_Sent], int]:
    """What was accepted, and how many forms were not."""
    sent: list[_Sent] = []
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with (
        httpx.AsyncClient(base_url=url, timeout=_PATIENCE, limits=limits) as client,
        asyncio.TaskGroup() as departures,
    ):
        started, left = time.monotonic(), 0
        while left < len(lines):
            now = time.monotonic() - started
            due = min(len(lines), int(now * load.rate) + 1)
            if due > left:
                moments = [started + number / load.rate for number in range(left, due)]
                departures.create_task(_depart(client, lines[left:due], moments, sent))
                left = due
            await asyncio.sleep(_TICK)
    return sent, len(lines) - len(sent)


async def _depart(client: httpx.AsyncClient, lines: Sequence[bytes], due: Sequence[float], sent: list[_Sent]) -> None:
    answer = await client.post("/v1/submissions:batch", content=b"\n".join(lines) + b"\n", headers=_HEADERS)
    now, answered = time.monotonic(), time.time_ns() // 1000
    for moment, line in zip(due, answer.content.splitlines(), strict=False):
        receipt: Mapping[str, Any] | None = msgspec.json.decode(line).get("receipt")
        if receipt is not None:
            sent.append(_Sent(moment, now, answered, receipt["partition"], receipt["offset"]))


class _Watcher:
    """Looks at the nation's positions in a thread of its own; a context manager."""

    def __init__(self, settings: Settings) -> None:
        self._client: MongoClient[dict[str, Any]] = MongoClient(settings.mongo, appname="cacah-bench")
        self._regions = self._client[settings.database]["regions"]
        self._partitions: dict[int, Watermarks] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def counted_at(self, form: _Sent) -> float | None:
        marks = self._partitions.get(form.partition)
        return None if marks is None else marks.counted_at(form.offset)

    def _watch(self) -> None:
        while not self._stopping.wait(_LOOK_EVERY):
            nation = self._regions.find_one({"_id": NATION}, {"counted_up_to": 1}) or {"counted_up_to": []}
            moment = time.monotonic()
            for partition, offset in enumerate(nation["counted_up_to"]):
                self._partitions.setdefault(partition, Watermarks()).see(offset, moment)

    def __enter__(self) -> "_Watcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._client.close()


class _Reader:
    """Reads the dashboard's stream of the nation in a thread of its own; a context manager."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/stream/regions/{NATION}"
        self._shown = Watermarks()
        self._client = httpx.Client(timeout=httpx.Timeout(5.0, read=_PATIENCE))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def shown_at(self, form: _Sent) -> float | None:
        return self._shown.counted_at(form.answered)

    def _read(self) -> None:
        with self._client.stream("GET", self._url) as answer:
            for line in answer.iter_lines():
                if self._stopping.is_set():
                    return
                if line.startswith(_DATA):
                    self._see(msgspec.json.decode(line.removeprefix(_DATA)))

    def _see(self, event: Mapping[str, Any]) -> None:
        counted_at = event["fresh"]["counted_at"]
        if counted_at is not None:
            self._shown.see(int(datetime.fromisoformat(counted_at).timestamp() * 1e6), time.monotonic())

    def __enter__(self) -> "_Reader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """There is an event every second, at which the thread looks up."""
        self._stopping.set()
        self._thread.join()
        self._client.close()
