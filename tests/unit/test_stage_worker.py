"""Partitions given, taken and given again while a takeover is still going on."""

import asyncio
from pathlib import Path

from faust.types import TP

from shared.streaming.source import PartitionSource
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
