"""Exact totals as the aggregator wrote them, read in one snapshot."""

from collections.abc import Mapping
from typing import Any, Final

from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import PyMongoError

from services.dashboard.ports import Counters, Reading, StoreUnreachable
from services.dashboard.release.agencies import Roster
from services.dashboard.release.agency_past import roster_of
from services.dashboard.release.blocks import COUNTED, QUALITY
from shared.domain.regions import NATION, Level

Document = dict[str, Any]

_FIELDS: Final[Mapping[Level, tuple[str, ...]]] = {
    Level.VILLAGE: COUNTED.counters,
    Level.DISTRICT: (*COUNTED.counters, *QUALITY.counters),
}
"""There are many villages and districts, and few of their counters are shown."""
_ABOVE: Final = [Level.NATION, Level.PROVINCE, Level.REGENCY]


class MongoTotals:
    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._client = client
        self._database = client[database]

    async def changed_since(self, version: int) -> Reading | None:
        newer: Document = {"version": {"$gt": version}}
        totals: dict[str, Counters] = {}
        try:
            async with self._client.start_session(snapshot=True) as session:
                nation = await self._database["regions"].find_one({"_id": NATION}, session=session)
                if nation is None:
                    return None
                await self._read({**newer, "level": {"$in": _ABOVE}}, {"counters": 1}, totals, session)
                for level, fields in _FIELDS.items():
                    wanted = {f"counters.{name}": 1 for name in fields}
                    await self._read({**newer, "level": level}, wanted, totals, session)
        except PyMongoError as problem:
            raise StoreUnreachable(type(problem).__name__) from problem
        return Reading(nation["version"], tuple(nation["counted_up_to"]), totals)

    async def days(self, after: str, before: str) -> Mapping[str, Mapping[str, Counters]]:
        found: dict[str, dict[str, Counters]] = {}
        # A village's code is longer than that of a district; its history is not shown.
        wanted = {"day": {"$gt": after, "$lt": before}, "region": {"$not": {"$regex": r"^.{9}"}}}
        try:
            async for document in self._database["region_days"].find(wanted):
                found.setdefault(document["day"], {})[document["region"]] = document["counters"]
        except PyMongoError as problem:
            raise StoreUnreachable(type(problem).__name__) from problem
        return dict(sorted(found.items()))

    async def agencies(self) -> Mapping[str, tuple[Counters, Roster]]:
        try:
            async with self._client.start_session(snapshot=True) as session:
                totals = {
                    each["agency"]: each["counters"]
                    async for each in self._database["agencies"].find({}, session=session)
                }
                days = await self._agency_days(session)
        except PyMongoError as problem:
            raise StoreUnreachable(type(problem).__name__) from problem
        return {agency: (counters, roster_of(days.get(agency, {}))) for agency, counters in totals.items()}

    async def agency_days(self) -> Mapping[str, Mapping[str, Counters]]:
        try:
            async with self._client.start_session(snapshot=True) as session:
                return await self._agency_days(session)
        except PyMongoError as problem:
            raise StoreUnreachable(type(problem).__name__) from problem

    async def reachable(self) -> bool:
        try:
            await self._client.admin.command("ping")
        except PyMongoError:
            return False
        return True

    async def _agency_days(self, session: AsyncClientSession) -> dict[str, dict[str, Counters]]:
        found: dict[str, dict[str, Counters]] = {}
        async for each in self._database["agency_days"].find({}, session=session):
            found.setdefault(each["agency"], {})[each["day"]] = each["counters"]
        return found

    async def _read(
        self, wanted: Document, fields: Document, totals: dict[str, Counters], session: AsyncClientSession
    ) -> None:
        async for document in self._database["regions"].find(wanted, fields, session=session):
            totals[document["_id"]] = document.get("counters", {})
