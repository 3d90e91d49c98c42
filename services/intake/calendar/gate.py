"""Whether a form may be taken now. The calendar comes from MongoDB and is read again while intake runs.

Once the census is closed, nothing is taken any more, whatever the calendar says: no form, and no order of an operator or
a partner, for each would change what was signed. A closing is read beside the calendar, and is not forgotten.

Without a calendar the door is open. Once known, calendar and closing stay in force while MongoDB is away, also over a
start: they are kept on the own disk. An intake that starts on a new disk while MongoDB is away is open: a form too many
can be seen later, a form that was turned away cannot.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import msgspec
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from services.intake.calendar.remembered import Known, Memory, NoMemory
from services.intake.problems import Refused
from shared.contracts.calendar import CALENDAR_ID, CALENDARS, CalendarDocument
from shared.contracts.envelope import NOBODY
from shared.domain.calendar import Calendar, Door
from shared.runtime.closings import CLOSINGS, TOTALS

logger = logging.getLogger(__name__)

Document = dict[str, Any]
_RENEW_SECONDS: Final = 1.0
_LONGEST_WAIT: Final = 7 * 24 * 3600
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class CalendarUnreachable(Exception):
    """The calendar cannot be read now."""


class Calendars(Protocol):
    """Every method raises CalendarUnreachable."""

    async def read(self) -> CalendarDocument | None: ...

    async def closed_at(self) -> str | None:
        """RFC 3339; None while the census is not closed."""
        ...


class Gate:
    def __init__(self, calendars: Calendars, memory: Memory | None = None) -> None:
        self._calendars = calendars
        self._memory = memory or NoMemory()
        self._kept: Known | None = None
        self._asked = False
        self._document: CalendarDocument | None = None
        self._calendar: Calendar | None = None
        self._closed_at: str | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def document(self) -> CalendarDocument | None:
        return self._document

    @property
    def closed_at(self) -> str | None:
        """When the census was closed for good; RFC 3339."""
        return self._closed_at

    async def start(self) -> None:
        await self.renew()
        if not self._asked:
            self._recall()
        self._task = asyncio.create_task(self._renewing())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def adopt(self, document: CalendarDocument) -> None:
        """Unless a newer one is in force."""
        if self._document is None or document.received_at > self._document.received_at:
            self._document, self._calendar = document, document.calendar()

    def admit(self, at: int, sender: bytes) -> None:
        """Raises Refused: `census-not-open`, with the time until it is, `census-closed`, or `census-final`.

        Args:
            at: microseconds since 1970-01-01 UTC.
            sender: NOBODY for a household; a partner has more time.
        """
        self.admit_order()
        calendar = self._calendar
        if calendar is None:
            return
        door = calendar.door(at, partner=sender != NOBODY)
        if door is Door.NOT_YET:
            wait = min(-(-(calendar.opens_at - at) // 1_000_000), _LONGEST_WAIT)
            raise Refused("census-not-open", retry_after=wait, more={"opens_at": text_of(calendar.opens_at)})
        if door is Door.CLOSED:
            raise Refused("census-closed", more={"closed_at": text_of(calendar.closes_at)})

    def admit_order(self) -> None:
        """Of an operator or a partner, at any time before the closing. Raises Refused: `census-final`."""
        if self._closed_at is not None:
            raise Refused("census-final", more={"closed_at": self._closed_at})

    def door(self, at: int, *, partner: bool) -> Door:
        """As `admit` holds to it."""
        if self._closed_at is not None:
            return Door.CLOSED
        return Door.OPEN if self._calendar is None else self._calendar.door(at, partner=partner)

    async def renew(self) -> None:
        try:
            # What was remembered holds until MongoDB answers, which may have been restored from before the closing.
            if self._closed_at is None or not self._asked:
                self._closed_at = await self._calendars.closed_at()
            found = await self._calendars.read()
        except CalendarUnreachable as problem:
            logger.warning("the calendar cannot be read: %s", problem)
            return
        self._asked = True
        if found is not None:
            self.adopt(found)
        known = Known(self._document, self._closed_at)
        if known != self._kept and await asyncio.to_thread(self._memory.keep, known):
            self._kept = known

    def _recall(self) -> None:
        known = self._memory.recall()
        # A closing may have been read before MongoDB went.
        self._closed_at = self._closed_at or known.closed_at
        if known.calendar is not None:
            self.adopt(known.calendar)

    async def _renewing(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            await self.renew()


class MongoCalendars:
    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._view = client[database][CALENDARS]
        # What a failing primary had alone may be gone again; and what is known here is not forgotten.
        self._closings = client[database].get_collection(CLOSINGS, read_concern=ReadConcern("majority"))

    async def read(self) -> CalendarDocument | None:
        try:
            found = await self._view.find_one({"_id": CALENDAR_ID}, {"_id": 0, "entry": 0, "first_seen": 0})
        except PyMongoError as problem:
            raise CalendarUnreachable(type(problem).__name__) from problem
        return None if found is None else msgspec.convert(found, CalendarDocument)

    async def closed_at(self) -> str | None:
        try:
            found = await self._closings.find_one({"_id": TOTALS}, {"closed_at": 1})
        except PyMongoError as problem:
            raise CalendarUnreachable(type(problem).__name__) from problem
        return None if found is None else str(found["closed_at"])


class MemoryCalendars:
    def __init__(self) -> None:
        self.document: CalendarDocument | None = None
        self.closed: str | None = None
        self.away = False

    async def read(self) -> CalendarDocument | None:
        self._reach()
        return self.document

    async def closed_at(self) -> str | None:
        self._reach()
        return self.closed

    def _reach(self) -> None:
        if self.away:
            raise CalendarUnreachable("away")


def text_of(microseconds: int) -> str:
    """RFC 3339, UTC."""
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat().replace("+00:00", "Z")
