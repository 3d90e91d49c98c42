"""The engine on its ports in memory: batches, takeover, fencing, and what it refuses."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from shared.ledger.batching import Limits
from shared.ledger.block import Block, decode_block, encode_blocks
from shared.ledger.engine import PartitionEngine, Ports
from shared.ledger.entry import GENESIS_CHAIN, Entry, Notice, Record
from shared.ledger.errors import Fenced, LedgerMismatch, LogMismatch, Sealed, TooLarge
from shared.ledger.inlet import BlockInlet, Inlet, LogInlet
from shared.ledger.memory import (
    ManualClock,
    MemoryLedger,
    MemoryLog,
    MemorySink,
    MemorySource,
    MemoryStore,
    MemoryUpstream,
)
from shared.ledger.ports import Position
from tests.ledger import WordFold, chain_of_entries, entry, records


@dataclass
class World:
    """One partition: what lasts (ledger, store, sink) and what a worker has for itself (source)."""

    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    store: MemoryStore = field(default_factory=MemoryStore)
    sink: MemorySink = field(default_factory=lambda: MemorySink(2))
    log: MemoryLog = field(default_factory=MemoryLog)
    clock: ManualClock = field(default_factory=ManualClock)
    limits: Limits = field(default_factory=Limits)

    def engine(self, source: MemorySource, inlet: Inlet | None = None) -> PartitionEngine[list[bytes]]:
        ports = Ports(source, self.ledger, self.store, self.sink, self.clock)
        return PartitionEngine(0, WordFold(), inlet or LogInlet("words", 0, self.log, self.clock), ports, self.limits)

    async def run(self, texts: Sequence[str], first: int = 0) -> int:
        """A worker that takes over, counts `texts`, and is gone. Returns where it was told to read from."""
        source = MemorySource()
        engine = self.engine(source)
        position = await engine.take_over()
        given = records(texts, first)
        self.log.records |= {record.offset: record.value for record in given}
        source.feed(given)
        await finish(engine, source, first + len(texts) - 1)
        return position

    def counts(self) -> dict[bytes, bytes]:
        return dict(self.store._states)

    def blocks(self) -> list[list[Block]]:
        return [[decode_block(block) for block in blocks] for blocks in self.sink.blocks]


async def finish(engine: PartitionEngine[list[bytes]], source: MemorySource, last: int) -> None:
    running = asyncio.create_task(engine.run())
    async with asyncio.timeout(5):
        while source.last_acked < last and not running.done():
            await asyncio.sleep(0)
    running.cancel()
    done, _ = await asyncio.wait([running])
    for task in done:
        if not task.cancelled() and (problem := task.exception()) is not None:
            raise problem


def test_counts_and_tells_every_target() -> None:
    world = World()
    assert asyncio.run(world.run(["a b", "a"])) == 0
    assert world.counts() == {b"a": b"2", b"b": b"1"}
    for blocks in world.blocks():
        assert [block.number for block in blocks] == [1]
        assert blocks[0].up_to == {0: 2}
    assert sorted(b" ".join(block.body for (block,) in world.blocks()).split()) == [b"a", b"a", b"b"]


def test_a_batch_is_cut_by_records_and_by_bytes() -> None:
    world = World(limits=Limits(records=2))
    asyncio.run(world.run(["a", "b", "c", "d", "e"]))
    assert [block.number for block in world.blocks()[0]] == [1, 2, 3]
    world = World(limits=Limits(bytes=3))
    asyncio.run(world.run(["aaa", "b", "c"]))
    assert [block.number for block in world.blocks()[0]] == [1, 2]


def test_a_later_batch_sees_what_an_earlier_one_did_though_nothing_is_stored_yet() -> None:
    world = World(limits=Limits(records=1, overlap=3))
    asyncio.run(world.run(["a"] * 7))
    assert world.counts() == {b"a": b"7"}


def test_a_worker_goes_on_where_the_ledger_ends() -> None:
    world = World()
    asyncio.run(world.run(["a", "b"]))
    assert asyncio.run(world.run(["a"], first=2)) == 2
    assert world.counts() == {b"a": b"2", b"b": b"1"}


def test_what_is_delivered_again_is_not_counted_again() -> None:
    world = World()
    asyncio.run(world.run(["a", "b"]))
    asyncio.run(world.run(["a", "b", "c"], first=0))
    assert world.counts() == {b"a": b"1", b"b": b"1", b"c": b"1"}


def test_a_lost_store_is_built_again_from_the_ledger() -> None:
    world = World()
    asyncio.run(world.run(["a", "b"]))
    world.store.wipe()
    asyncio.run(world.run(["a"], first=2))
    assert world.counts() == {b"a": b"2", b"b": b"1"}


def test_a_store_of_another_history_is_wiped() -> None:
    world = World()
    asyncio.run(world.run(["a"]))
    world.store.put({b"a": b"99"}, Position(1, b"other" * 6 + b"!!"))
    asyncio.run(world.run(["a"], first=1))
    assert world.counts() == {b"a": b"2"}


def test_a_store_ahead_of_the_ledger_is_wiped() -> None:
    world = World()
    asyncio.run(world.run(["a"]))
    world.store.put({b"a": b"99"}, Position(7, b"later" * 6 + b"!!"))
    asyncio.run(world.run(["a"], first=1))
    assert world.counts() == {b"a": b"2"}


def test_what_may_not_have_been_published_is_published_again() -> None:
    world = World()
    made = chain_of_entries(3)

    async def body() -> None:
        for each in made:
            await world.ledger.insert(each)
        world.log.records[3] = b"head"
        await world.engine(MemorySource()).take_over()

    asyncio.run(body())
    assert [block.number for block in world.blocks()[0]] == [1, 2, 3]
    assert set(world.sink.notices) == {"notice-1", "notice-2", "notice-3"}


def test_a_second_worker_on_the_partition_is_fenced() -> None:
    world = World()

    async def body() -> None:
        source = MemorySource()
        late = world.engine(source)
        await late.take_over()
        await world.run(["a"])
        source.feed(records(["a"]))
        with pytest.raises(ExceptionGroup) as caught:
            await finish(late, source, 0)
        assert caught.group_contains(Fenced)

    asyncio.run(body())
    assert world.counts() == {b"a": b"1"}


def test_lost_input_stops_the_worker() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(World().run(["a"], first=3))
    assert caught.group_contains(LogMismatch, match="offset=0 is gone")


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ({}, "ends before offset=0, and offset=1 was read"),
        ({0: b"a"}, "ends before offset=1"),
        ({0: b"a", 1: b"another", 2: b"c"}, "offset=1 is another record"),
        ({2: b"c"}, "offset=1 is gone"),
        ({7: b"h"}, "begins at offset=7, and offset=2 is to be read next: retention"),
    ],
)
def test_a_log_that_lost_what_was_read_or_is_to_be_read_is_refused(now: dict[int, bytes], reason: str) -> None:
    world = World()
    asyncio.run(world.run(["a", "b"]))
    world.log.records = now
    with pytest.raises(LogMismatch, match=f"{reason}.*cacah replay"):
        asyncio.run(world.run(["c"], first=2))


def test_a_log_that_lost_its_beginning_is_refused_by_a_new_ledger() -> None:
    world = World(log=MemoryLog(records(["d"], first=3)))
    with pytest.raises(LogMismatch, match="begins at offset=3, and offset=0 is to be read next"):
        asyncio.run(world.run(["d"], first=3))


def test_a_log_that_grew_again_under_a_reader_is_noticed_after_a_silence() -> None:
    """A broker that lost its newest records was away; the reader still has its connection, and its place."""

    async def body() -> None:
        world = World()
        inlet = LogInlet("words", 0, world.log, world.clock)
        await inlet.start(None)
        world.log.records = {0: b"a", 1: b"b"}
        assert [taken.offset async for taken in inlet.take(records(["a", "b"]))] == [0, 1]
        world.log.records = {0: b"a", 1: b"other", 2: b"c"}
        world.clock.now += 60
        async for _ in inlet.take(records(["c"], first=2)):
            pass

    with pytest.raises(LogMismatch, match="offset=1 is another record"):
        asyncio.run(body())


def test_an_old_owner_who_goes_on_during_a_takeover_is_no_older_ledger() -> None:
    source = MemorySource()

    class LateLedger(MemoryLedger):
        async def newest(self, partition: int) -> Entry | None:
            found = await super().newest(partition)
            source.last_acked = 1
            return found

    assert asyncio.run(World(ledger=LateLedger()).engine(source).take_over()) == 0


def test_a_sealed_partition_is_left_with_the_name_of_its_successor() -> None:
    world = World()

    async def body() -> None:
        await world.run(["a"])
        await world.ledger.seal(0, "g2")
        with pytest.raises(Sealed, match="generation g2 counts now"):
            await world.engine(MemorySource()).take_over()

    asyncio.run(body())


def test_a_ledger_that_is_older_than_what_was_acknowledged_is_refused() -> None:
    world = World()
    asyncio.run(world.run(["a", "b"]))

    async def body() -> None:
        source = MemorySource()
        source.last_acked = 2
        await world.engine(source).take_over()

    with pytest.raises(LedgerMismatch, match=r"offset=2 was counted.*ends at offset=1.*older backup.*cacah replay"):
        asyncio.run(body())


def test_an_entry_that_would_be_too_large_is_made_in_halves() -> None:
    world = World(limits=Limits(entry_bytes=60))
    asyncio.run(world.run(["aaaa", "bbbb", "cccc", "dddd"]))
    assert world.counts() == {b"aaaa": b"1", b"bbbb": b"1", b"cccc": b"1", b"dddd": b"1"}
    assert len(world.blocks()[0]) > 1


def test_a_record_that_no_entry_can_hold_stops_the_worker() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(World(limits=Limits(block_bytes=3)).run(["aaaa"]))
    assert caught.group_contains(TooLarge)


def test_a_ledger_with_a_gap_is_refused() -> None:
    world = World()
    first, second = chain_of_entries(2)

    async def body() -> None:
        await world.ledger.insert(first)
        await world.ledger.insert(second)
        del world.ledger._entries[0][0]
        await world.engine(MemorySource()).take_over()

    with pytest.raises(LedgerMismatch):
        asyncio.run(body())


def test_without_input_an_entry_is_made_where_something_was_left_for_it() -> None:
    world = World(limits=Limits(quiet=0.0))

    async def body() -> list[Entry]:
        source = MemorySource()
        world.log.records |= {record.offset: record.value for record in records(["a", "b"])}
        ports = Ports(source, world.ledger, world.store, world.sink, world.clock)
        inlet = LogInlet("words", 0, world.log, world.clock)
        left = [True]
        engine = PartitionEngine(0, WordFold(), inlet, ports, world.limits, unsettled=lambda: bool(left))
        await engine.take_over()
        source.feed(records(["a"]))
        running = asyncio.create_task(engine.run())
        async with asyncio.timeout(5):
            while len(world.sink.blocks[0]) < 2:
                await asyncio.sleep(0)
        left.clear()
        source.feed(records(["b"], first=1))
        async with asyncio.timeout(5):
            while source.last_acked < 1:
                await asyncio.sleep(0)
        running.cancel()
        newest = await world.ledger.newest(0)
        assert newest is not None
        return [each async for each in world.ledger.entries(0, 0, newest.number)]

    made = asyncio.run(body())
    spans = [(each.first, each.last) for each in made]
    assert spans[0] == (0, 0)
    assert spans[-1] == (1, 1)
    assert set(spans[1:-1]) == {(1, 0)}
    assert all(each.head == made[0].head and each.up_to == {0: 1} for each in made[:-1])
    assert asyncio.run(world.run(["c"], first=2)) == 2
    assert world.counts() == {b"a": b"1", b"b": b"1", b"c": b"1"}


class TestBlocks:
    """A stage that reads the blocks of a stage before."""

    @staticmethod
    def upstream(count: int) -> tuple[MemoryLedger, list[bytes]]:
        """Entries of source 0, each saying one word to target 0, and their blocks."""
        ledger, blocks = MemoryLedger(), []
        previous: Entry | None = None
        for number in range(1, count + 1):
            previous = entry(number, previous, outputs=(b"w%d" % number, b""))
            asyncio.run(ledger.insert(previous))
            blocks.append(encode_blocks(previous)[0])
        return ledger, blocks

    @staticmethod
    def read(world: World, ledger: MemoryLedger, blocks: Sequence[bytes]) -> None:
        async def body() -> None:
            source = MemorySource()
            engine = world.engine(source, BlockInlet(0, 1, MemoryUpstream(ledger)))
            first = await engine.take_over()
            source.feed([_record(at, block) for at, block in enumerate(blocks)][first:])
            await finish(engine, source, len(blocks) - 1)

        world.limits = Limits(idle=0.0)
        asyncio.run(body())

    def test_repeated_blocks_count_once(self) -> None:
        world = World()
        ledger, blocks = self.upstream(3)
        self.read(world, ledger, [blocks[0], blocks[1], blocks[0], blocks[1], blocks[2], blocks[2]])
        assert world.counts() == {b"w1": b"1", b"w2": b"1", b"w3": b"1"}

    def test_lost_blocks_are_taken_from_the_ledger_upstream(self) -> None:
        world = World()
        ledger, blocks = self.upstream(4)
        self.read(world, ledger, [blocks[0], blocks[3]])
        assert sorted(world.counts()) == [b"w1", b"w2", b"w3", b"w4"]

    def test_a_lost_block_is_fetched_though_no_other_follows(self) -> None:
        async def body() -> None:
            world = World(limits=Limits(idle=0.0, patience=0.01))
            ledger, previous = MemoryLedger(), None
            for number in (1, 2):
                previous = entry(number, previous, outputs=(b"w%d" % number, b""))
                await ledger.insert(previous)
            source = MemorySource()
            engine = world.engine(source, BlockInlet(0, 1, MemoryUpstream(ledger)))
            await engine.take_over()
            running = asyncio.create_task(engine.run())
            async with asyncio.timeout(5):
                while len(world.counts()) < 2:
                    await asyncio.sleep(0)
            running.cancel()

        asyncio.run(body())

    def test_how_far_a_source_is_travels_with_its_blocks(self) -> None:
        world = World()
        ledger, blocks = self.upstream(2)
        self.read(world, ledger, blocks)
        assert world.blocks()[0][-1].up_to == {0: 3}

    def test_a_block_of_another_history_stops_the_worker(self) -> None:
        world = World()
        ledger, blocks = self.upstream(1)
        other = entry(2, entry(1, outputs=(b"else", b"")), outputs=(b"w2", b""))
        with pytest.raises(ExceptionGroup) as caught:
            self.read(world, ledger, [*blocks, encode_blocks(other)[0]])
        assert caught.group_contains(LedgerMismatch, match="does not continue")

    def test_an_upstream_ledger_from_an_older_backup_is_refused(self) -> None:
        world = World()
        ledger, blocks = self.upstream(3)
        self.read(world, ledger, blocks)
        older, _ = self.upstream(2)
        with pytest.raises(LedgerMismatch, match=r"entry 3 was seen.*ends at 2.*older backup"):
            self.read(world, older, blocks)

    def test_an_upstream_ledger_that_went_another_way_is_noticed_though_nothing_comes(self) -> None:
        async def body() -> None:
            ledger = MemoryLedger()
            await ledger.insert(entry(1, outputs=(b"w1", b"")))
            inlet = BlockInlet(0, 1, MemoryUpstream(ledger))
            assert [taken.seen.number async for taken in inlet.overdue() if taken.seen] == [1]
            ledger._entries[0] = [entry(1, outputs=(b"else", b""))]
            async for _ in inlet.overdue():
                pass

        with pytest.raises(LedgerMismatch, match="has another one"):
            asyncio.run(body())

    def test_positions_do_not_go_back_when_a_topic_is_made_again(self) -> None:
        world = World()
        ledger, blocks = self.upstream(4)
        self.read(world, ledger, blocks[:3])

        async def body() -> None:
            source = MemorySource()
            engine = world.engine(source, BlockInlet(0, 1, MemoryUpstream(ledger)))
            assert await engine.take_over() == 3
            source.feed([_record(0, blocks[3])])
            await finish(engine, source, 2)

        asyncio.run(body())
        newest = asyncio.run(world.ledger.newest(0))
        assert newest is not None
        assert (newest.last, newest.seen[0].number) == (2, 4)

    def test_signs_of_life_alone_wait_for_company(self) -> None:
        async def body(world: World) -> None:
            ledger, blocks = MemoryLedger(), []
            previous: Entry | None = None
            for number in (1, 2, 3):
                previous = entry(number, previous)
                await ledger.insert(previous)
                blocks.append(_record(number - 1, encode_blocks(previous)[0]))
            source = MemorySource()
            engine = world.engine(source, BlockInlet(0, 1, MemoryUpstream(ledger)))
            await engine.take_over()
            running = asyncio.create_task(engine.run())
            for block in blocks[:2]:
                source.feed([block])
                asked = world.clock.asked
                async with asyncio.timeout(5):
                    while world.clock.asked < asked + 2:
                        await asyncio.sleep(0)
            assert await world.ledger.newest(0) is None
            world.clock.now = 1.0
            source.feed([blocks[2]])
            async with asyncio.timeout(5):
                while source.last_acked < 2:
                    await asyncio.sleep(0)
            newest = await world.ledger.newest(0)
            assert newest is not None
            assert (newest.number, newest.seen[0].number) == (1, 3)
            running.cancel()

        asyncio.run(body(World(limits=Limits(idle=0.5))))


def _record(offset: int, value: bytes) -> Record:
    return Record(offset, value)


def test_a_notice_told_twice_is_one_notice() -> None:
    sink = MemorySink(0)
    notice = Notice("topic", "key", b"{}")
    asyncio.run(sink.publish([], [notice], 1))
    asyncio.run(sink.publish([], [notice], 1))
    assert list(sink.notices) == ["key"]


def test_a_new_store_begins_at_the_beginning() -> None:
    assert MemoryStore().position() == Position(0, GENESIS_CHAIN)
