"""Records of inner topics that are no blocks, for people to look at: where they are, not what they hold."""

import hashlib
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.runtime.database import QUARANTINE_ACTIONS

Document = dict[str, Any]
CODE = "not-a-block"


class MongoAside:
    """Of one partition. The bytes stay on the topic for as long as it keeps anything."""

    def __init__(self, database: AsyncDatabase[Document], *, generation: str, topic: str, partition: int) -> None:
        self._aside = database[f"quarantine.{generation}"]
        self._actions = database[QUARANTINE_ACTIONS]
        self._topic = topic
        self._partition = partition

    async def set_aside(self, offset: int, value: bytes) -> bool:
        item = f"{self._topic}|{self._partition}|{offset}"
        fields = {"topic": self._topic, "partition": self._partition, "offset": offset, "reason": CODE}
        await self._aside.update_one(
            {"_id": item},
            [
                {
                    "$set": fields
                    | {
                        "problems": [],
                        "bytes": len(value),
                        "digest": hashlib.sha256(value).hexdigest(),
                        "first_seen": {"$ifNull": ["$first_seen", "$$NOW"]},
                        "count": {"$add": [{"$ifNull": ["$count", 0]}, 1]},
                    }
                }
            ],
            upsert=True,
        )
        decided = await self._actions.find_one({"_id": item})
        return decided is not None and decided["action"] == "discarded"
