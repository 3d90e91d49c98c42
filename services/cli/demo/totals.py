"""Reading the totals that a running system has written to MongoDB."""

import time
from collections.abc import Sequence
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from pymongo import MongoClient

from services.cli.errors import Failure
from shared.contracts.topics import SUBMISSIONS
from shared.domain.regions import NATION
from shared.runtime.settings import Settings

_PATIENCE_SECONDS = 120.0


class LiveTotals:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        client: MongoClient[dict[str, Any]] = MongoClient(settings.mongo)
        self._regions = client[settings.database]["regions"]

    def wait_until_counted(self) -> int:
        """The people counted, once everything that the log holds now is in. Raises Failure where that takes too long."""
        ends = self._ends()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            nation = self._regions.find_one({"_id": NATION})
            if nation is not None and all(done >= end for done, end in zip(nation["counted_up_to"], ends, strict=True)):
                return int(nation["counters"].get("persons", 0))
            time.sleep(0.05)
        raise Failure("not everything was counted in time", fix="see the logs of the services")

    def persons(self, regions: Sequence[str]) -> dict[str, int]:
        found = self._regions.find({"_id": {"$in": list(regions)}}, {"counters.persons": 1})
        return {document["_id"]: document["counters"].get("persons", 0) for document in found}

    def _ends(self) -> list[int]:
        consumer = KafkaConsumer(bootstrap_servers=self._settings.kafka.split(","))
        try:
            partitions = sorted(consumer.partitions_for_topic(SUBMISSIONS) or ())
            ends = consumer.end_offsets([TopicPartition(SUBMISSIONS, partition) for partition in partitions])
            return [ends[TopicPartition(SUBMISSIONS, partition)] for partition in partitions]
        finally:
            consumer.close()
