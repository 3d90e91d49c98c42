"""What was published before, by whomever. An aggregator that starts tells nothing older; and where the newest totals are
those of another generation, it tells all of its own."""

from typing import Protocol

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.aggregator.checkpoint import Checkpoints
from services.aggregator.publishing import TotalsSink, partition_of_code
from shared.contracts.events import RegionTotals, generation_of
from shared.contracts.topics import REGION_TOTALS
from shared.domain.regions import NATION
from shared.ledger.entry import Entry
from shared.ledger.errors import Fenced, LedgerMismatch

Version = tuple[int, int]
"""Generation, and number of the checkpoint."""

_PARTITION = 0
_WINDOW = 1000
_decode = msgspec.json.Decoder(RegionTotals).decode


class Newest(Protocol):
    async def newest(self, partition: int) -> Entry | None: ...


async def refuse_older(published: Version, own: Version, ledger: Newest) -> None:
    """Raises LedgerMismatch where readers know newer totals than the ledger; Fenced where only ours are older, since a
    successor counts; what the ledger raises where it is sealed."""
    if published <= own:
        return
    # Read after `published` was: what is published stands in the ledger, unless that lost it.
    entry = await ledger.newest(_PARTITION)
    newest = own[0], entry.number if entry else 0
    if newest >= published:
        raise Fenced(_PARTITION, newest[1])
    raise LedgerMismatch(
        f"totals of generation {published[0]} checkpoint {published[1]} were published, and the ledger ends at "
        f"generation {newest[0]} checkpoint {newest[1]}: it was restored from an older backup. Start a new generation: "
        "cacah replay"
    )


async def announce(servers: str, sink: TotalsSink, checkpoints: Checkpoints) -> None:
    """To be called once nobody else can publish. Raises LedgerMismatch, Fenced, Sealed."""
    published = await newest_published(servers, sink.partitions)
    own = checkpoints.generation, checkpoints.at
    await refuse_older(published, own, checkpoints)
    if published[0] < own[0]:
        await sink.tell(await checkpoints.everything(instead_of=published[0]))
        sink.told_up_to = checkpoints.at


async def newest_published(servers: str, partitions: int) -> Version:
    """Of the nation, which is told with every checkpoint; (0, 0) where nothing was published."""
    tp = TopicPartition(REGION_TOTALS, partition_of_code(NATION, partitions))
    consumer = AIOKafkaConsumer(
        bootstrap_servers=servers.split(","), enable_auto_commit=False, isolation_level="read_committed"
    )
    await consumer.start()
    try:
        consumer.assign([tp])
        first, end = (await consumer.beginning_offsets([tp]))[tp], (await consumer.end_offsets([tp]))[tp]
        window = _WINDOW
        while True:
            start = max(first, end - window)
            found = await _newest_within(consumer, tp, start, end)
            if found or start == first:
                return generation_of(found)
            window *= 4
    finally:
        await consumer.stop()


async def _newest_within(consumer: AIOKafkaConsumer, tp: TopicPartition, start: int, end: int) -> int:
    """The nation's newest version from `start` on; 0 where there is none."""
    consumer.seek(tp, start)
    newest = 0
    while await consumer.position(tp) < end:
        for records in (await consumer.getmany(tp, timeout_ms=200)).values():
            for record in records:
                if record.key == NATION.encode():
                    newest = max(newest, _decode(record.value).version)
    return newest
