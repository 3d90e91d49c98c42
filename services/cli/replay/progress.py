"""How far a generation has counted, and whether two of them say the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient
from pymongo.client_session import ClientSession

from shared.domain.regions import NATION
from shared.runtime.checkpoints import Written, written

Document = dict[str, Any]
_TOTALS = ("regions", "region_days", "agencies", "agency_days")
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Comparison:
    """`cells`: counters compared; `differences`: the first of those that differ, in words."""

    cells: int
    differences: tuple[str, ...]


class Progress:
    def __init__(self, client: MongoClient[Document], database: str) -> None:
        self._client = client
        self._database = client[database]

    def counted_up_to(self, generation: str, partitions: int, session: ClientSession | None = None) -> tuple[int, ...]:
        """Per partition of the log."""
        nation = self._database[f"regions.{generation}"].find_one({"_id": NATION}, session=session)
        return (0,) * partitions if nation is None else tuple(nation["counted_up_to"])

    def written(self, generation: str) -> Written:
        return written(self._database, generation)

    def compare(self, old: str, new: str, partitions: int) -> Comparison | None:
        """Every counter of both, as of one moment; None where they have not counted the same at that moment, or have
        not written all of it."""
        with self._client.start_session(snapshot=True) as session:
            if self.counted_up_to(old, partitions, session) != self.counted_up_to(new, partitions, session):
                return None
            if not all(written(self._database, each, session).is_complete for each in (old, new)):
                return None
            before, after = (dict(self._cells(each, session)) for each in (old, new))
        names = sorted({*before, *after})
        differing = [name for name in names if before.get(name, 0) != after.get(name, 0)]
        return Comparison(
            len(names),
            tuple(f"{name}: {old} {before.get(name, 0)}, {new} {after.get(name, 0)}" for name in differing[:_SHOWN]),
        )

    def _cells(self, generation: str, session: ClientSession) -> Iterator[tuple[str, int]]:
        for collection in _TOTALS:
            for document in self._database[f"{collection}.{generation}"].find({}, {"counters": 1}, session=session):
                for counter, number in document["counters"].items():
                    if number:
                        yield f"{collection} {document['_id']} {counter}", number


def behind(counted: Sequence[int], goal: Sequence[int]) -> int:
    """Records still to be counted."""
    return sum(max(0, wanted - done) for done, wanted in zip(counted, goal, strict=True))
