"""Days of a region: read once for all, and given at once while they are read again."""

import asyncio
from collections.abc import Sequence

import pytest

from services.dashboard.histories import Histories
from services.dashboard.ports import DayFigures, StoreUnreachable
from services.dashboard.store.memory import MemoryPublic
from shared.domain.regions import catalogue
from tests.dashboard_kit import Clock


class SlowStore(MemoryPublic):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.asked = 0
        self.away = False

    async def history(self, regions: Sequence[str], since: str) -> Sequence[DayFigures]:
        self.asked += "35" in regions
        await self.may_answer.wait()
        if self.away:
            raise StoreUnreachable("away")
        return [DayFigures(region, "2026-09-25", self.asked, 1) for region in regions if region == "35"]


async def persons(histories: Histories) -> int:
    return (await histories.of("35"))["35"][0].persons


def test_a_hundred_who_ask_at_once_are_one_reading() -> None:
    async def run() -> None:
        store = SlowStore()
        histories = Histories(store, catalogue(), now=Clock())
        assert await asyncio.gather(*(persons(histories) for _ in range(100))) == [1] * 100

    asyncio.run(run())


def test_nobody_waits_while_days_are_read_again() -> None:
    async def run() -> None:
        store, clock = SlowStore(), Clock()
        histories = Histories(store, catalogue(), now=clock)
        assert await persons(histories) == 1
        store.may_answer.clear()
        clock.forward(seconds=6)
        assert await asyncio.wait_for(persons(histories), 60) == 1
        store.may_answer.set()
        async with asyncio.timeout(60):
            while await persons(histories) != 2:
                await asyncio.sleep(0)
        assert store.asked == 2

    asyncio.run(run())


@pytest.mark.parametrize("later", [{"seconds": 31}, {"hours": 10, "seconds": 1}])
def test_days_that_are_too_old_or_of_yesterday_are_waited_for(later: dict[str, float]) -> None:
    async def run() -> None:
        store, clock = SlowStore(), Clock()
        histories = Histories(store, catalogue(), now=clock)
        await persons(histories)
        clock.forward(**later)
        assert await persons(histories) == 2
        store.away = True
        clock.forward(seconds=6)
        assert await persons(histories) == 2
        clock.forward(seconds=31)
        with pytest.raises(StoreUnreachable):
            await persons(histories)

    asyncio.run(run())
