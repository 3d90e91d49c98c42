"""Records of inner topics that are no blocks, for people to look at: where they are, and what they hold sealed.

Who reads an inner topic has no secrets. What it sets aside is sealed for the holder of the key folder, with the public
half that intake puts into the database.
"""

import hashlib
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.runtime.database import ASIDE_KEY, KEYS, QUARANTINE_ACTIONS
from shared.runtime.sealed_box import seal_for

Document = dict[str, Any]
CODE = "not-a-block"


class MongoAside:
    """Of one partition. Where there is no public half yet, the bytes are on the topic alone."""

    def __init__(self, database: AsyncDatabase[Document], *, generation: str, topic: str, partition: int) -> None:
        self._aside = database[f"quarantine.{generation}"]
        self._actions = database[QUARANTINE_ACTIONS]
        self._keys = database[KEYS]
        self._topic = topic
        self._partition = partition

    async def set_aside(self, offset: int, value: bytes) -> bool:
        item = f"{self._topic}|{self._partition}|{offset}"
        sealed = await self._sealed(value)
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
                        "sealed": {"$ifNull": ["$sealed", sealed]},
                        "first_seen": {"$ifNull": ["$first_seen", "$$NOW"]},
                        "count": {"$add": [{"$ifNull": ["$count", 0]}, 1]},
                    }
                }
            ],
            upsert=True,
        )
        decided = await self._actions.find_one({"_id": item})
        return decided is not None and decided["action"] == "discarded"

    async def _sealed(self, value: bytes) -> bytes | None:
        key = await self._keys.find_one({"_id": ASIDE_KEY})
        return None if key is None else seal_for(key["public"], value)
