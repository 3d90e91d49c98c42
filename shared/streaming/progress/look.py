"""One look at a running system: its ledgers and totals in MongoDB against the topics in Kafka."""

from collections.abc import Sequence
from typing import Any, Final

from pymongo import DESCENDING, MongoClient

from shared.contracts.topics import SUBMISSIONS, changes_topic, claims_topic
from shared.domain.regions import NATION
from shared.runtime.checkpoints import written
from shared.runtime.database import live_generation
from shared.runtime.settings import Settings
from shared.streaming.progress.model import SetAside, Stage, Status
from shared.streaming.progress.topics import Topics

Document = dict[str, Any]
_NEWEST: Final = 5


class Looker:
    """Raises KafkaError and PyMongoError where an engine cannot be reached.

    Args:
        client: what the engines' own logs call it.
    """

    def __init__(self, settings: Settings, client: str = "cacah-status") -> None:
        self._client: MongoClient[Document] = MongoClient(
            settings.mongo, serverSelectionTimeoutMS=5_000, appname=client
        )
        self._database = self._client[settings.database]
        self._usual = settings.generation
        self._generation = settings.generation
        self._topics = Topics(settings.kafka, client)

    def close(self) -> None:
        self._topics.close()
        self._client.close()

    def look(self) -> Status:
        # Each time anew: another generation may have come into force.
        self._generation = live_generation(self._database) or self._usual
        nation = self._database["regions"].find_one({"_id": NATION}) or {}
        counters = nation.get("counters", {})
        stages = (
            self._stage("validator", SUBMISSIONS, "ledger.household"),
            self._stage("deduplicator", claims_topic(self._generation), "ledger.person"),
            self._stage("aggregator", changes_topic(self._generation), "checkpoints"),
        )
        ends = stages[0].ends
        counted = tuple(nation.get("counted_up_to", ())) or (0,) * len(ends)
        return Status(
            generation=self._generation,
            people=counters.get("persons", 0),
            households=counters.get("households", 0),
            people_rate=None,
            as_of=nation.get("as_of"),
            counted_up_to=counted,
            complete=written(self._database, self._generation).is_complete,
            waiting=sum(max(end - position, 0) for position, end in zip(counted, ends, strict=True)),
            behind_seconds=round(self._topics.age(SUBMISSIONS, counted, ends), 3),
            stages=stages,
            conflicts=self._numbers("conflicts", "state"),
            rejections=self._numbers("quarantine", "reason"),
            newest_rejections=self._newest_rejections(),
        )

    def _stage(self, name: str, topic: str, ledger: str) -> Stage:
        ends = self._topics.ends(topic)
        positions, entries = self._positions(f"{ledger}.{self._generation}", len(ends))
        return Stage(
            name=name,
            topic=topic,
            positions=positions,
            ends=ends,
            entries=entries,
            lag_seconds=round(self._topics.age(topic, positions, ends), 3),
        )

    def _positions(self, ledger: str, partitions: int) -> tuple[tuple[int, ...], int]:
        """The next offset of every partition, and the number of ledger entries."""
        newest = [
            self._database[ledger].find_one(
                {"_id": {"$gt": {"p": partition, "n": 0}, "$lt": {"p": partition + 1, "n": 0}}},
                {"last": 1},
                sort=[("_id", DESCENDING)],
            )
            for partition in range(partitions)
        ]
        positions = tuple(0 if entry is None else int(entry["last"]) + 1 for entry in newest)
        return positions, sum(int(entry["_id"]["n"]) for entry in newest if entry is not None)

    def _numbers(self, view: str, field: str) -> dict[str, int]:
        pipeline: Sequence[Document] = [{"$group": {"_id": f"${field}", "number": {"$sum": 1}}}, {"$sort": {"_id": 1}}]
        return {str(row["_id"]): int(row["number"]) for row in self._database[view].aggregate(list(pipeline))}

    def _newest_rejections(self) -> tuple[SetAside, ...]:
        found = self._database["quarantine"].find().sort("first_seen", DESCENDING).limit(_NEWEST)
        return tuple(
            SetAside(
                topic=each["topic"],
                partition=each["partition"],
                offset=each["offset"],
                reason=each["reason"],
                first_seen=each["first_seen"].isoformat(timespec="milliseconds") + "Z",
            )
            for each in found
        )
