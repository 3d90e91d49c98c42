"""The submission log on Kafka.

Records of a few milliseconds become one batch a partition, in this thread; kafka-python sends batches from a thread of
its own, and what it hears of one wakes the event loop once. What is in flight is bounded here, because the client's
buffer is not.
"""

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Final

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

from services.intake.ports import Load, OutcomeUnknown, Overloaded, Position, Unavailable
from services.intake.probe import Probe, broker_probe
from services.intake.producer import BatchProducer, Producer, Record, encoded_headers
from shared.contracts.partitions import partition_of
from shared.contracts.topics import SUBMISSIONS
from shared.streaming.admin import TopicIdentity, topic_identity

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds.

    `linger`: that a record waits for company; up to `busy` where the last ones had much of it. `batch`: bytes of a batch
    that waits for no more. `stall`: with records in flight and not one acknowledged for so long, the log is away.
    `delivery`: when the client library gives a record up. `look`: between two looks at the brokers.
    """

    records: int = 10_000
    bytes: int = 64 << 20
    linger: float = 0.005
    busy: float = 0.01
    batch: int = 256 << 10
    stall: float = 5.0
    delivery: float = 15.0
    look: float = 0.5
    drain: float = 20.0


class _Flight:
    """A batch: records, and who waits for each. `since`: when it was begun."""

    __slots__ = ("durables", "partition", "records", "since", "size")

    def __init__(self, partition: int, since: float) -> None:
        self.partition = partition
        self.since = since
        self.size = 0
        self.durables: list[asyncio.Future[Position]] = []
        self.records: list[Record] = []


_LINGER_A_RECORD: Final = 0.0005
_Landing = tuple[_Flight, int | None, BaseException | None]
"""A batch with the offset of its first record, or with what went wrong, or with neither: then it is not known."""


class KafkaPublisher:
    """
    Args:
        connect: makes a producer; blocks, and raises KafkaError.
        producer: the first one.
        topic: the log.
    """

    def __init__(
        self,
        connect: Callable[[], Producer],
        producer: Producer,
        topic: TopicIdentity,
        probe: Probe,
        limits: Limits | None = None,
    ) -> None:
        self._connect = connect
        self._producer = producer
        self._identity = topic
        self._probe = probe
        self._limits = limits or Limits()
        self._waiting: dict[int, _Flight] = {}
        """By partition: what is not handed over yet."""
        self._flights: dict[_Flight, None] = {}
        """What waits as well."""
        self._linger = self._limits.linger
        self._records = self._bytes = 0
        self._landed: deque[_Landing] = deque()
        self._settling = False
        self._progress = monotonic()
        self._reachable = True
        self._returned = monotonic()
        self._replaced = float("-inf")
        self._broken = False
        self._stopping = False
        self._changed = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    @property
    def topic(self) -> str:
        return SUBMISSIONS

    @property
    def topic_id(self) -> bytes:
        return self._identity.id

    @property
    def ready(self) -> bool:
        return self._reachable and not self._broken and not self._stopping and not self._stalled()

    @property
    def load(self) -> Load:
        return Load(self._records, self._bytes)

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._watch = asyncio.create_task(self._watching())
        self._watch.add_done_callback(_leave)

    async def stop(self) -> None:
        self._stopping = True
        self._hand_over()
        deadline = monotonic() + self._limits.drain
        while self._flights and monotonic() < deadline:
            self._changed.clear()
            await _wait(self._changed, self._limits.look)
        if self._watch is not None:
            self._watch.cancel()
        await asyncio.to_thread(_close, self._producer, 1.0)
        self._settle()

    def admit(self) -> None:
        if not self.ready:
            raise Unavailable("the log cannot be reached")
        if self._records >= self._limits.records or self._bytes >= self._limits.bytes:
            raise Overloaded("too much is in flight")

    def publish(self, subject: bytes, record: bytes, key_id: str) -> asyncio.Future[Position]:
        self.admit()
        partition = partition_of(subject, self._identity.partitions)
        flight = self._waiting.get(partition)
        if flight is None or flight.size + len(record) > self._limits.batch:
            flight = self._begin(partition)
        durable: asyncio.Future[Position] = self._loop.create_future()
        flight.durables.append(durable)
        flight.records.append((subject, record, encoded_headers(key_id)))
        flight.size += len(record)
        self._records += 1
        self._bytes += len(record)
        return durable

    async def room(self) -> None:
        while self.ready and (self._records >= self._limits.records or self._bytes >= self._limits.bytes):
            self._changed.clear()
            await _wait(self._changed, self._limits.look)

    def _begin(self, partition: int) -> _Flight:
        if partition in self._waiting:
            # There is no more room in it.
            self._hand_over()
        now = monotonic()
        if not self._flights:
            self._progress = now
        if not self._waiting:
            self._loop.call_later(self._linger, self._hand_over)
        flight = self._waiting[partition] = _Flight(partition, now)
        self._flights[flight] = None
        return flight

    def _hand_over(self) -> None:
        """Whatever waits, all partitions together: so they go in one request."""
        flights, self._waiting = list(self._waiting.values()), {}
        if not flights:
            return
        # A request costs the client and the broker about as much as twenty records in it. Where few come nobody waits
        # long; where many come their time is spent on fewer requests.
        company = sum(len(each.records) for each in flights)
        self._linger = min(
            self._limits.linger + company * _LINGER_A_RECORD, max(self._limits.busy, self._limits.linger)
        )
        try:
            self._producer.send([(each.partition, each.records, partial(self._land, each)) for each in flights])
        except KafkaError as problem:
            # Not even taken by the client: it has lost the topic, or itself.
            self._broken = True
            logger.warning("the Kafka client does not take records: %s", type(problem).__name__)
            for flight in flights:
                self._end(flight, None, Unavailable("the Kafka client does not take records"))

    def _stalled(self) -> bool:
        # What has landed and was not heard of yet is progress: it is this loop that is late then.
        return bool(self._flights) and not self._landed and monotonic() - self._progress > self._limits.stall

    def _land(self, flight: _Flight, first: int | None, problem: BaseException | None) -> None:
        """Called in the client's thread."""
        self._landed.append((flight, first, problem))
        if not self._settling:
            self._settling = True
            self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        # Set back before the queue is emptied: what lands from now on wakes the loop again.
        self._settling = False
        failed: BaseException | None = None
        while self._landed:
            flight, first, problem = self._landed.popleft()
            if flight.since >= self._replaced:
                failed = problem or failed
            self._end(flight, first)
            if first is not None:
                self._progress = monotonic()
        if failed is not None:
            self._failed(failed)
        self._changed.set()

    def _end(self, flight: _Flight, first: int | None, problem: Unavailable | None = None) -> None:
        if flight not in self._flights:
            return
        del self._flights[flight]
        self._records -= len(flight.durables)
        self._bytes -= flight.size
        for place, durable in enumerate(flight.durables):
            if durable.done():
                continue
            if first is not None:
                durable.set_result(Position(flight.partition, first + place))
            else:
                durable.set_exception(problem or OutcomeUnknown("no acknowledgement came in time"))
                # Marked as seen: whoever asked may be gone.
                durable.exception()

    def _failed(self, problem: BaseException) -> None:
        logger.warning("records were not acknowledged: %s", type(problem).__name__)
        if not isinstance(problem, KafkaTimeoutError):
            # The producer's own state may be gone, which it never mends by itself.
            self._broken = True

    async def _watching(self) -> None:
        while True:
            was, was_reachable = self.ready, self._reachable
            self._reachable = await self._probe()
            if self._reachable and not was_reachable:
                self._returned = monotonic()
            self._settle()
            if self._reachable and (self._broken or self._stuck()):
                await self._replace()
            self._give_up()
            if self.ready != was:
                logger.warning("the log is %s", "back" if self.ready else "away")
            self._changed.set()
            await asyncio.sleep(self._limits.look)

    def _stuck(self) -> bool:
        """Whether brokers have answered for long enough, and the client's records are still not acknowledged: it may
        have lost its way while they were gone, which it does not tell."""
        waited = monotonic() - max(self._progress, self._returned)
        return bool(self._flights) and waited > self._limits.stall

    def _give_up(self) -> None:
        """Records whose fate the client library should have told long ago."""
        oldest = monotonic() - self._limits.delivery - self._limits.stall
        for flight in [flight for flight in self._flights if flight.since < oldest]:
            self._end(flight, None)

    async def _replace(self) -> None:
        try:
            fresh = await asyncio.to_thread(self._connect)
        except KafkaError as problem:
            logger.warning("cannot connect to Kafka: %s", type(problem).__name__)
            return
        # What waits goes the way of what was sent, so that nothing overtakes.
        self._hand_over()
        old, self._producer = self._producer, fresh
        self._broken, self._replaced = False, monotonic()
        sent = list(self._flights)
        await asyncio.to_thread(_close, old, 1.0)
        self._settle()
        for flight in sent:
            # What the old one has not told by now it never will.
            self._end(flight, None)
        self._progress = self._returned = monotonic()


def _leave(watch: asyncio.Task[None]) -> None:
    """Without its watch nobody would ever find that the log is back: another process starts and looks."""
    if not watch.cancelled():
        logger.error("the watch over the log ended", exc_info=watch.exception())
        logging.shutdown()
        os._exit(1)


def connect_publisher(servers: str, limits: Limits | None = None) -> KafkaPublisher:
    """Blocks until Kafka has answered. Raises KafkaError, or TopicsError where the log's topic is missing."""
    bounds = limits or Limits()
    topic = topic_identity(servers, SUBMISSIONS)

    def connect() -> Producer:
        return BatchProducer(_client(servers, bounds))

    return KafkaPublisher(connect, connect(), topic, broker_probe(servers, patience=2.0), bounds)


def _client(servers: str, limits: Limits) -> KafkaProducer:
    client = KafkaProducer(
        bootstrap_servers=servers.split(","),
        client_id="cacah-intake",
        acks="all",
        enable_idempotence=True,
        allow_auto_create_topics=False,
        max_request_size=4 << 20,
        max_block_ms=200,
        request_timeout_ms=int(limits.delivery * 600),
        delivery_timeout_ms=int(limits.delivery * 1000),
        bootstrap_timeout_ms=5000,
        # A broker that comes back is to be found soon.
        reconnect_backoff_max_ms=1000,
        metrics_enabled=False,
    )
    _learn_partitions(client, monotonic() + 5.0)
    return client


def _learn_partitions(client: KafkaProducer, deadline: float) -> None:
    """Raises KafkaError. From here on the client keeps them in mind by itself."""
    while True:
        try:
            client.partitions_for(SUBMISSIONS)
        except KafkaTimeoutError:
            if monotonic() > deadline:
                client.close(timeout=0)
                raise
        else:
            return


def _close(producer: Producer, seconds: float) -> None:
    try:
        producer.close(seconds)
    except KafkaError as problem:
        logger.warning("the Kafka client was closed with records unsent: %s", type(problem).__name__)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
