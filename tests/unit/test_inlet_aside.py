"""An inner topic that holds something that is no block."""

import asyncio

import pytest

from shared.ledger.entry import Record
from shared.ledger.errors import NotABlock
from shared.ledger.inlet import BlockInlet, Taken
from shared.ledger.memory import MemoryLedger, MemoryUpstream


class Aside:
    def __init__(self, *skipped: int) -> None:
        self._skipped = skipped
        self.seen: list[int] = []

    async def set_aside(self, offset: int, value: bytes) -> bool:
        del value
        self.seen.append(offset)
        return offset in self._skipped


def taken(aside: Aside | None, *records: Record) -> list[Taken]:
    async def body() -> list[Taken]:
        inlet = BlockInlet(0, 1, MemoryUpstream(MemoryLedger()), aside)
        await inlet.start(None)
        return [each async for each in inlet.take(records)]

    return asyncio.run(body())


@pytest.mark.parametrize("aside", [None, Aside()])
def test_the_first_one_stops_the_stage_and_says_what_to_do(aside: Aside | None) -> None:
    with pytest.raises(NotABlock, match=r"offset=5: too short.*cacah quarantine"):
        taken(aside, Record(5, b"no block"))
    assert aside is None or aside.seen == [5]


def test_one_that_a_person_looked_at_is_passed_over() -> None:
    (passed,) = taken(Aside(5), Record(5, b"no block"))
    assert (passed.offset, passed.input, passed.seen) == (5, None, None)
