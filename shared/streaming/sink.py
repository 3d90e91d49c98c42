"""Where a stage's outputs go: blocks to the next topic, notices to outer topics and to documents for people."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer
from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from shared.contracts.events import cloud_event_headers, version_of
from shared.contracts.partitions import partition_of
from shared.ledger.entry import Notice, digest

Document = dict[str, Any]
_DUPLICATE_KEY = 11000


class KafkaSink:
    """Publishes in order and returns when every broker acknowledgement is in. Any failure is raised: the process ends
    and the entry is published again.

    Args:
        topic: where blocks go; none for a stage that has no blocks.
        partitions: of each outer topic that notices go to.
        source: the CloudEvents source of this stage.
        silent: of a generation that is not live, nothing is heard on outer topics.
    """

    def __init__(
        self,
        producer: AIOKafkaProducer,
        database: AsyncDatabase[Document],
        *,
        topic: str,
        targets: int,
        partitions: int,
        source: str,
        generation: str,
        silent: bool = False,
    ) -> None:
        self._producer = producer
        self._database = database
        self._topic = topic
        self._targets = targets
        self._partitions = partitions
        self._source = source
        self._generation = generation
        self._silent = silent

    @property
    def targets(self) -> int:
        return self._targets

    async def publish(self, blocks: Sequence[bytes], notices: Sequence[Notice], number: int) -> None:
        await self._write(notices, number)
        waiting = [
            await self._producer.send(self._topic, block, partition=target) for target, block in enumerate(blocks)
        ]
        waiting += [await self._event(notice, number) for notice in notices if notice.event and not self._silent]
        if waiting:
            await asyncio.gather(*waiting)

    async def _event(self, notice: Notice, number: int) -> asyncio.Future[Any]:
        key = digest(notice.key.encode())
        sent: asyncio.Future[Any] = await self._producer.send(
            notice.topic,
            notice.event,
            key=key[:16],
            partition=partition_of(key, self._partitions),
            headers=cloud_event_headers(
                event_type=notice.topic,
                event_id=f"{notice.key}|{number}",
                source=self._source,
                time=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                version=version_of(self._generation, number),
            ),
        )
        return sent

    async def _write(self, notices: Sequence[Notice], number: int) -> None:
        """The newest document of every notice, in one write a collection; where a newer entry wrote one, it stays."""
        newest = {(notice.collection, notice.key): notice for notice in notices if notice.collection}
        now = datetime.now(UTC)
        documents: dict[str, list[Document]] = {}
        for notice in newest.values():
            documents.setdefault(notice.collection, []).append(_document(notice, number, now))
        for collection, some in documents.items():
            await _put(self._database[f"{collection}.{self._generation}"], some)


def _document(notice: Notice, number: int, now: datetime) -> Document:
    return {"_id": notice.key, **msgspec.json.decode(notice.document), "entry": number, "first_seen": now}


async def _put(collection: AsyncCollection[Document], documents: list[Document]) -> None:
    """Nearly all of them are the first under their key: those are inserted, which costs a third of an upsert."""
    try:
        await collection.insert_many(documents, ordered=False)
    except BulkWriteError as problem:
        errors = problem.details["writeErrors"]
        if problem.details["writeConcernErrors"] or any(error["code"] != _DUPLICATE_KEY for error in errors):
            raise
        known = [_over_older(documents[error["index"]]) for error in errors]
        await collection.bulk_write(known, ordered=False)


def _over_older(document: Document) -> UpdateOne:
    """Finds nothing where a newer entry wrote the document."""
    fields = {name: value for name, value in document.items() if name not in {"_id", "first_seen"}}
    return UpdateOne({"_id": document["_id"], "entry": {"$lte": document["entry"]}}, {"$set": fields})


def create_producer(servers: str, *, client: str, transactional_id: str | None = None) -> AIOKafkaProducer:
    """Idempotent, all in-sync replicas, large enough for blocks. To be started by the caller."""
    return AIOKafkaProducer(
        bootstrap_servers=servers.split(","),
        client_id=client,
        acks="all",
        enable_idempotence=True,
        transactional_id=transactional_id,
        max_request_size=9 << 20,
        max_batch_size=1 << 20,
        linger_ms=0,
    )
