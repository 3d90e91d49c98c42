"""Looking at the system from beside it: what is in flight, and when it counts again."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from pymongo import DESCENDING, MongoClient
from pymongo.errors import PyMongoError

from shared.contracts.topics import SUBMISSIONS, changes_topic, claims_topic
from shared.domain.regions import NATION
from shared.runtime.database import live_generation

_TIMEOUT_MS: Final = 1_500
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest entry of a partition's ledger."""

    number: int = 0
    last: int = -1
    worker: str = ""


@dataclass(frozen=True, slots=True)
class StageNames:
    topic: str
    ledger: str


class Watch:
    """Answers None while Kafka or MongoDB cannot be asked."""

    def __init__(self, kafka: str, mongo: str, database: str, *, partitions: int) -> None:
        self._kafka = kafka
        self._partitions = partitions
        self._client: MongoClient[Document] = MongoClient(
            mongo, serverSelectionTimeoutMS=_TIMEOUT_MS, socketTimeoutMS=_TIMEOUT_MS, appname="cacah-chaos"
        )
        self._database = self._client[database]
        generation = live_generation(self._database) or "g1"
        self._consumer: KafkaConsumer | None = None
        self._stages: Mapping[str, StageNames] = {
            "validator": StageNames(SUBMISSIONS, f"ledger.household.{generation}"),
            "deduplicator": StageNames(claims_topic(generation), f"ledger.person.{generation}"),
            "aggregator": StageNames(changes_topic(generation), f"checkpoints.{generation}"),
        }

    def close(self) -> None:
        self._client.close()
        self._forget()

    def newest(self, stage: str) -> dict[int, Newest] | None:
        ledger = self._database[self._stages[stage].ledger]
        try:
            return {partition: _newest(ledger, partition) for partition in range(self._count(stage))}
        except PyMongoError:
            return None

    def ends(self, stage: str) -> dict[int, int] | None:
        """The next offset of every partition of its input."""
        topic = self._stages[stage].topic
        wanted = [TopicPartition(topic, partition) for partition in range(self._count(stage))]
        try:
            if self._consumer is None:
                self._consumer = KafkaConsumer(bootstrap_servers=self._kafka, request_timeout_ms=_TIMEOUT_MS)
            found = self._consumer.end_offsets(wanted)
        except (KafkaError, OSError):
            self._forget()
            return None
        return {each.partition: int(found[each]) for each in wanted}

    def behind(self, stage: str) -> dict[int, str] | None:
        """Partitions whose input has something that is not counted, and who counted there last."""
        newest, ends = self.newest(stage), self.ends(stage)
        if newest is None or ends is None:
            return None
        return {
            partition: newest[partition].worker for partition, end in ends.items() if end > newest[partition].last + 1
        }

    def counted(self) -> tuple[int, ...] | None:
        try:
            nation = self._database["regions"].find_one({"_id": NATION})
        except PyMongoError:
            return None
        return tuple((nation or {}).get("counted_up_to", ())) or (0,) * self._partitions

    def open_conflicts(self) -> int:
        """Persons whom several households claim now."""
        return self._database["conflicts"].count_documents({"kind": "person", "claims.1": {"$exists": True}})

    def wait_until_counted(self, seconds: float) -> bool:
        """Whether everything on the log is in the totals."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            ends, counted = self.ends("validator"), self.counted()
            if ends is not None and counted is not None and all(counted[each] >= end for each, end in ends.items()):
                return True
            time.sleep(0.2)
        return False

    def _count(self, stage: str) -> int:
        return 1 if stage == "aggregator" else self._partitions

    def _forget(self) -> None:
        if self._consumer is not None:
            with suppress(Exception):
                self._consumer.close()
        self._consumer = None


def _newest(ledger: Any, partition: int) -> Newest:
    found = ledger.find_one(
        {"_id": {"$gt": {"p": partition, "n": 0}, "$lt": {"p": partition + 1, "n": 0}}},
        {"last": 1, "worker": 1},
        sort=[("_id", DESCENDING)],
    )
    return Newest() if found is None else Newest(int(found["_id"]["n"]), int(found["last"]), str(found["worker"]))
