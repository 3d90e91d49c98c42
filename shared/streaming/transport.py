"""A Faust transport that delivers one event per fetched batch.

Faust's price is per event. Here the scheduler hands on everything that one fetch brought for one partition as a single
message, whose value is the list of records; what a fetch costs is then shared by all of them. Acknowledgement is by
offset and per partition: whoever commits a batch says up to where, and only that is committed to the group.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import faust
from aiokafka.consumer.fetcher import PartitionRecords
from faust.transport.drivers import TRANSPORTS
from faust.transport.drivers import aiokafka as driver
from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP

SCHEME = "kafkabatch"

Positions = Callable[[frozenset[TP]], Awaitable[Mapping[TP, int]]]
"""Where to read on, for the partitions that were assigned."""


class FetchedBatch:
    """All records of one fetch for one partition, in the shape that Faust expects of a single record."""

    __slots__ = ("offset", "partition", "timestamp", "timestamp_type", "topic", "value")

    headers = None
    key = None
    checksum = None
    serialized_key_size = 0
    serialized_value_size = 0

    def __init__(self, tp: TP, records: Sequence[Any]) -> None:
        self.topic = tp.topic
        self.partition = tp.partition
        self.value = records
        last = records[-1]
        self.offset: int = last.offset
        self.timestamp: int = last.timestamp
        self.timestamp_type: int = last.timestamp_type


class BatchScheduler(DefaultSchedulingStrategy):
    def iterate(self, records: Mapping[TP, list[Any]]) -> Iterator[tuple[TP, FetchedBatch]]:
        for tp, fetched in records.items():
            if fetched:
                yield tp, FetchedBatch(tp, fetched)


class BatchSchema(faust.Schema[None, Any]):
    """Hands the list of records through; there is nothing to decode for Faust."""

    def loads_key(self, app: Any, message: Any, *, loads: Any = None, serializer: Any = None) -> None:
        return None

    def loads_value(self, app: Any, message: Any, *, loads: Any = None, serializer: Any = None) -> Any:
        return message.value


class BatchConsumer(driver.Consumer):
    """Seeks where the ledger says, and commits what was acknowledged by offset."""

    positions: Positions | None = None

    @property
    def committing(self) -> object | None:
        """The commit that is under way, as something that is the same until it is through."""
        return self._commit_fut

    def acknowledge(self, tp: TP, last: int) -> None:
        """Everything up to `last` is done with. The group's committed offset is a hint for people and tools."""
        acked = self._acked[tp]
        if not acked:
            acked.append(last)
        elif last > acked[0]:
            acked[0] = last

    async def acknowledged(self, tp: TP) -> int:
        """The last offset that the group was told of; -1 where it was told of none."""
        thread = self._thread
        told = await thread.call_thread(thread._ensure_consumer().committed, tp) or 0  # noqa: SLF001  # no way round
        return int(told) - 1

    async def seek_to_committed(self) -> Mapping[TP, int]:
        if self.positions is None:
            raise RuntimeError("no positions were given to this consumer: set app.consumer.positions before it starts")
        assigned = frozenset(self.assignment())
        found = await self.positions(assigned)
        if found:
            await self.seek_wait(found)
        return found

    def ack(self, message: Any) -> bool:
        # Faust acknowledges events when its streams move on, which is before they are counted.
        self._unacked_messages.discard(message)
        return False

    def _new_offset(self, tp: TP) -> int | None:
        acked = self._acked[tp]
        return acked[0] + 1 if acked else None

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        # A message here spans offsets, so a step of more than one is not a gap.
        pass


class Transport(driver.Transport):
    Consumer = BatchConsumer


def _as_parsed(_: PartitionRecords, __: TP, record: Any) -> Any:
    return record


def register_transport() -> None:
    """Make URLs of the scheme `kafkabatch://` known to Faust, and let aiokafka hand records on as it parsed them: to copy
    each into an object of another class costs as much as the rest of a fetch. It has all that is asked of it here."""
    PartitionRecords._consumer_record = _as_parsed  # noqa: SLF001  # there is no hook
    TRANSPORTS.aliases[SCHEME] = f"{__name__}:Transport"
