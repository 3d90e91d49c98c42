"""What the final totals are made of, in MongoDB, all of one moment."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec
from pymongo import DESCENDING, MongoClient
from pymongo.client_session import ClientSession

from services.cli.audit.report import AuditReport
from services.cli.errors import Failure
from shared.contracts.calendar import CALENDAR_ID, CALENDARS, CalendarDocument
from shared.contracts.final_totals import FinalTotals
from shared.runtime.checkpoints import written
from shared.runtime.closings import MongoClosings
from shared.runtime.database import QUARANTINE_ACTIONS, live_generation

Document = dict[str, Any]
_QUARANTINE: Final = "quarantine"
_MENDABLE: Final = ["unknown-key", "seal-broken", "unknown-layout", "unknown-kind", "unknown-codec"]
"""Another key, or a newer reader. The other codes are verdicts: the same record again is refused again."""
_LEDGERS: Final = ("ledger.household", "ledger.person", "checkpoints")


class Shown(msgspec.Struct):
    """`step`: of the public release."""

    step: int
    regions: dict[str, dict[str, int]]
    agencies: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)


class Closing:
    """Raises PyMongoError where MongoDB cannot be used."""

    def __init__(self, client: MongoClient[Document], database: str) -> None:
        self._client = client
        self._database = client[database]
        self._closings = MongoClosings(self._database)

    def calendar(self) -> CalendarDocument | None:
        inner = {"_id": 0, "entry": 0, "first_seen": 0}
        found = self._database[CALENDARS].find_one({"_id": CALENDAR_ID}, inner)
        return None if found is None else msgspec.convert(found, CalendarDocument)

    def totals(self, report: AuditReport, *, census_day: date, topic_id: bytes, closed_at: str) -> FinalTotals:
        """With the positions up to which they are counted, which need not be those of the audit. Raises Failure where
        villages do not show all of it yet."""
        generation = live_generation(self._database) or ""
        with self._client.start_session(snapshot=True) as session:
            if not written(self._database, generation, session).is_complete:
                raise Failure(
                    "villages are not written up to the end", fix="something still writes to the log: cacah status"
                )
            regions = self._counters("regions", session)
            nation = self._database["regions"].find_one({"_id": "00"}, session=session) or {}
            return FinalTotals(
                version=1,
                census_day=census_day.isoformat(),
                generation=generation,
                closed_at=closed_at,
                topic_id=topic_id.hex(),
                positions=nation.get("counted_up_to", []),
                chains={name: self._chains(f"{name}.{generation}", session) for name in _LEDGERS},
                cells=report.cells,
                records=report.records,
                regions=regions,
                agencies=self._counters("agencies", session),
            )

    def known(self) -> bytes | None:
        """The final totals, where the census is closed already."""
        return self._closings.totals()

    def keep(self, signed: bytes, totals: FinalTotals) -> bool:
        """Once, for good. Whether these are the ones that were kept."""
        return self._closings.keep_totals(signed, closed_at=totals.closed_at, positions=totals.positions)

    def undecided(self) -> int:
        """Records that were set aside for a cause that can be mended, and of which nobody said what becomes of them."""
        decided = self._database[QUARANTINE_ACTIONS].distinct("_id")
        return self._database[_QUARANTINE].count_documents({"reason": {"$in": _MENDABLE}, "_id": {"$nin": decided}})

    def shown(self) -> Shown | None:
        """What the public sees for good; None until the dashboard has taken its last step."""
        kept = self._closings.public()
        return None if kept is None else msgspec.json.decode(kept, type=Shown)

    def keep_figures(self, signed: bytes) -> None:
        """As `keep`; another one that was quicker signed the same figures."""
        self._closings.keep_figures(signed)

    def _counters(self, view: str, session: ClientSession) -> dict[str, dict[str, int]]:
        found = self._database[view].find({}, {"counters": 1}, session=session)
        return {each["_id"]: each["counters"] for each in found if each["counters"]}

    def _chains(self, ledger: str, session: ClientSession) -> Sequence[str]:
        """Of every partition that has an entry, by partition."""
        newest: list[str] = []
        partition = 0
        while True:
            within = {"$gt": {"p": partition, "n": 0}, "$lt": {"p": partition + 1, "n": 0}}
            entry = self._database[ledger].find_one(
                {"_id": within}, {"chain": 1}, sort=[("_id", DESCENDING)], session=session
            )
            if entry is None:
                return newest
            newest.append(bytes(entry["chain"]).hex())
            partition += 1
