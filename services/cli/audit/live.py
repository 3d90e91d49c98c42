"""What the system says: the totals in MongoDB, all of one moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

from services.cli.audit.recount import NO_DAY, LiveCell
from services.cli.history import LONGER, is_too_old
from shared.domain.regions import NATION, code_number
from shared.runtime.closings import CLOSINGS, TOTALS

Document = dict[str, Any]

_REGIONS: Final = "regions"
_DAYS: Final = "region_days"
_AGENCIES: Final = ("agencies", "agency_days")
_PATIENCE_MS: Final = 5_000
_FIRST_DAY: Final = date(1970, 1, 1).toordinal()


class TotalsUnreachableError(Exception):
    """MongoDB cannot be reached, or failed while it was read."""


@dataclass(frozen=True, slots=True)
class Live:
    counted_up_to: tuple[int, ...]
    """Per partition of the submission log: below this offset everything is in the totals."""
    cells: tuple[LiveCell, ...]
    with_days: bool
    agencies: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Agency, or `agency|2026-11-24` -> counter -> number."""


class LiveTotals:
    def __init__(self, uri: str, database: str) -> None:
        self._client: MongoClient[Document] = MongoClient(
            uri, serverSelectionTimeoutMS=_PATIENCE_MS, appname="cacah-audit"
        )
        self._database = self._client[database]

    def close(self) -> None:
        self._client.close()

    def counted_up_to(self) -> tuple[int, ...]:
        """Empty before anything was counted. Raises TotalsUnreachableError, as `read` does."""
        try:
            return _positions(self._database[_REGIONS].find_one({"_id": NATION}))
        except PyMongoError as problem:
            raise _unreachable(problem) from problem

    def signed_up_to(self) -> tuple[int, ...]:
        """The positions that the census was closed at; empty while it goes on."""
        try:
            found = self._database[CLOSINGS].find_one({"_id": TOTALS}, {"positions": 1})
        except PyMongoError as problem:
            raise _unreachable(problem) from problem
        return () if found is None else tuple(found.get("positions", ()))

    def read(self) -> Live:
        """Every document of one snapshot: between two of its reads nothing changes."""
        try:
            with_days = _DAYS in self._database.list_collection_names()
            with self._client.start_session(snapshot=True) as session:
                nation = self._database[_REGIONS].find_one({"_id": NATION}, session=session)
                cells = list(self._region_cells(session))
                if with_days:
                    cells.extend(self._day_cells(session))
                agencies = dict(self._agency_cells(session))
        except PyMongoError as problem:
            raise _unreachable(problem) from problem
        return Live(_positions(nation), tuple(cells), with_days, agencies)

    def _region_cells(self, session: ClientSession) -> Iterator[LiveCell]:
        for document in self._database[_REGIONS].find({}, {"counters": 1}, session=session):
            yield from _cells(code_number(document["_id"]), NO_DAY, document["counters"])

    def _day_cells(self, session: ClientSession) -> Iterator[LiveCell]:
        for document in self._database[_DAYS].find({}, session=session):
            day = date.fromisoformat(document["day"]).toordinal() - _FIRST_DAY
            yield from _cells(code_number(document["region"]), day, document["counters"])

    def _agency_cells(self, session: ClientSession) -> Iterator[tuple[str, Mapping[str, int]]]:
        for view in _AGENCIES:
            for document in self._database[view].find({}, {"counters": 1}, session=session):
                yield document["_id"], document["counters"]


def _cells(region: int, day: int, counters: Mapping[str, int]) -> Iterator[LiveCell]:
    for counter, number in counters.items():
        yield LiveCell(region, day, counter, number)


def _positions(nation: Document | None) -> tuple[int, ...]:
    return () if nation is None else tuple(nation["counted_up_to"])


def _unreachable(problem: PyMongoError) -> TotalsUnreachableError:
    if is_too_old(problem):
        return TotalsUnreachableError(f"the totals took longer to read than MongoDB keeps what they were; {LONGER}")
    return TotalsUnreachableError(f"MongoDB cannot be read: {type(problem).__name__}")
