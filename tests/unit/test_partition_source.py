"""One partition's records on their way to the engine: whoever reads can be stopped at any moment."""

import asyncio

import pytest
from faust.types import TP

from shared.ledger.entry import Record
from shared.streaming.source import PartitionSource


class NoFlow:
    def pause(self, tp: TP) -> None:
        """Nothing is fetched here."""

    def resume(self, tp: TP) -> None:
        """As above."""

    def acknowledge(self, tp: TP, last: int) -> None:
        """As above."""

    async def acknowledged(self, tp: TP) -> int:
        del tp
        return -1


def test_a_quiet_partition_gives_nothing_after_the_wait() -> None:
    async def body() -> None:
        assert await PartitionSource(TP("input", 0), NoFlow()).read(0.01) == []

    asyncio.run(body())


@pytest.mark.parametrize("turns", range(6))
def test_a_reader_that_is_cancelled_as_records_arrive_ends(turns: int) -> None:
    """With a wait that drops cancellations, one of the moments let it read on for ever."""

    async def body() -> None:
        source = PartitionSource(TP("input", 0), NoFlow())

        async def read_on() -> None:
            while True:
                await source.read(60.0)

        reader = asyncio.create_task(read_on())
        await asyncio.sleep(0.01)
        source.feed([Record(0, b"one")])
        for _ in range(turns):
            await asyncio.sleep(0)
        reader.cancel()
        await asyncio.wait([reader], timeout=1.0)
        ended = reader.done()
        reader.cancel()
        assert ended

    asyncio.run(body())
