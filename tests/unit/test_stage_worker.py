"""Partitions given, taken and given again while a takeover is still going on; and a client that nobody answers."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from faust.types import TP

from shared.streaming.source import PartitionSource
from shared.streaming.transport import BatchConsumer
from shared.streaming.worker import OpenEngine, Stage, StageWorker

FIRST = TP("input", 0)


class Engines:
    """`taking` holds every takeover up until it is set."""

    def __init__(self) -> None:
        self.taking = asyncio.Event()
        self.opened = 0
        self.closed = 0

    async def open(self, partition: int, source: PartitionSource) -> OpenEngine:
        del partition, source
        self.opened += 1
        return OpenEngine(self, exact=True, close=self._close)

    async def take_over(self) -> int:
        await self.taking.wait()
        return 7

    async def run(self) -> None:
        await asyncio.Event().wait()

    def _close(self) -> None:
        self.closed += 1


def worker(engines: Engines, folder: Path) -> StageWorker:
    stage = Stage("validator", "g1", "input", "validator-0", "127.0.0.1:9", str(folder))
    return StageWorker(stage, engines.open)


def test_two_rebalances_at_once_take_a_partition_over_once(tmp_path: Path) -> None:
    async def body() -> None:
        engines = Engines()
        stage = worker(engines, tmp_path)
        asked = [asyncio.create_task(stage.positions(frozenset({FIRST}))) for _ in range(2)]
        await asyncio.sleep(0)
        engines.taking.set()
        assert await asyncio.gather(*asked) == [{FIRST: 7}, {FIRST: 7}]
        assert (engines.opened, stage.partitions) == (1, [0])
        await stage.release(frozenset({FIRST}))

    asyncio.run(body())


def test_a_partition_that_is_taken_away_during_its_takeover_is_closed(tmp_path: Path) -> None:
    async def body() -> None:
        engines = Engines()
        stage = worker(engines, tmp_path)
        asked = asyncio.create_task(stage.positions(frozenset({FIRST})))
        await asyncio.sleep(0)
        leaving = asyncio.create_task(stage.release(frozenset({FIRST})))
        await asyncio.sleep(0)
        engines.taking.set()
        await asyncio.gather(asked, leaving)
        assert (engines.opened, engines.closed, stage.partitions) == (1, 1, [])

    asyncio.run(body())


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


class Consumer(BatchConsumer):
    """Without Kafka: what it says of its commit."""

    def __init__(self) -> None:
        self._commit_fut = None

    def begin(self) -> None:
        self._commit_fut = object()  # type: ignore[assignment]  # any object will do


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("shared.streaming.worker.monotonic", clock)
    return clock


@pytest.fixture
def reasons(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """For which it would have left."""
    left: list[str] = []
    monkeypatch.setattr("shared.streaming.worker.leave", left.append)
    return left


def test_a_worker_whose_commit_never_comes_back_leaves(tmp_path: Path, clock: Clock, reasons: list[str]) -> None:
    async def body() -> None:
        stage, consumer = worker(Engines(), tmp_path), Consumer()
        stage.app.consumer = consumer
        for _ in range(20):
            consumer.begin()
            for _ in range(10):
                clock.now += 2.9
                await stage.look_around()
        assert reasons == []
        for _ in range(10):
            clock.now += 2.9
            await stage.look_around()
        assert reasons[0] == "validator: a commit has not come back for 32 s"

    asyncio.run(body())


def test_a_takeover_may_take_its_time(tmp_path: Path, clock: Clock, reasons: list[str]) -> None:
    async def body() -> None:
        engines, consumer = Engines(), Consumer()
        stage = worker(engines, tmp_path)
        stage.app.consumer = consumer
        consumer.begin()
        asked = asyncio.create_task(stage.positions(frozenset({FIRST})))
        await asyncio.sleep(0)
        for _ in range(100):
            clock.now += 10
            await stage.look_around()
        engines.taking.set()
        await asked
        await stage.look_around()
        assert reasons == []
        await stage.release(frozenset({FIRST}))

    asyncio.run(body())
