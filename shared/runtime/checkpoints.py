"""How complete the documents of totals are: villages and days are written by some checkpoints only."""

from dataclasses import dataclass
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.database import Database

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """`newest`: the number of the newest checkpoint, whose totals districts and above show; `settled`: of the newest one
    that wrote villages and days as well. Both 0 before anything was counted."""

    newest: int = 0
    settled: int = 0

    @property
    def is_complete(self) -> bool:
        return self.newest == self.settled


def written(database: Database[Document], generation: str, session: ClientSession | None = None) -> Written:
    entry = database[f"checkpoints.{generation}"].find_one(
        {"sealed": {"$exists": False}}, {"settled": 1}, sort=[("_id", -1)], session=session
    )
    if entry is None:
        return Written()
    newest = int(entry["_id"]["n"])
    return Written(newest, int(entry.get("settled", newest)))
