"""Whether a form may be taken now. The calendar comes from MongoDB and is read again while intake runs.

Without a calendar the door is open. So it is for an intake that starts while MongoDB is away: a form too many can be
seen later, a form that was turned away cannot. Once known, the calendar stays in force while MongoDB is away.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import msgspec
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from services.intake.problems import Refused
from shared.contracts.calendar import CALENDAR_ID, CALENDARS, CalendarDocument
from shared.contracts.envelope import NOBODY
from shared.domain.calendar import Calendar, Door

logger = logging.getLogger(__name__)

Document = dict[str, Any]
_RENEW_SECONDS: Final = 1.0
_LONGEST_WAIT: Final = 7 * 24 * 3600
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class CalendarUnreachable(Exception):
    """The calendar cannot be read now."""


class Calendars(Protocol):
    async def read(self) -> CalendarDocument | None:
        """Raises CalendarUnreachable."""
        ...


class Gate:
    def __init__(self, calendars: Calendars) -> None:
        self._calendars = calendars
        self._document: CalendarDocument | None = None
        self._calendar: Calendar | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def document(self) -> CalendarDocument | None:
        return self._document

    async def start(self) -> None:
        await self.renew()
        self._task = asyncio.create_task(self._renewing())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def adopt(self, document: CalendarDocument) -> None:
        """Unless a newer one is in force."""
        if self._document is None or document.received_at > self._document.received_at:
            self._document, self._calendar = document, document.calendar()

    def admit(self, at: int, sender: bytes) -> None:
        """Raises Refused: `census-not-open`, with the time until it is, or `census-closed`.

        Args:
            at: microseconds since 1970-01-01 UTC.
            sender: NOBODY for a household; a partner has more time.
        """
        calendar = self._calendar
        if calendar is None:
            return
        door = calendar.door(at, partner=sender != NOBODY)
        if door is Door.NOT_YET:
            wait = min(-(-(calendar.opens_at - at) // 1_000_000), _LONGEST_WAIT)
            raise Refused("census-not-open", retry_after=wait, more={"opens_at": text_of(calendar.opens_at)})
        if door is Door.CLOSED:
            raise Refused("census-closed", more={"closed_at": text_of(calendar.closes_at)})

    async def renew(self) -> None:
        try:
            found = await self._calendars.read()
        except CalendarUnreachable as problem:
            logger.warning("the calendar cannot be read: %s", problem)
            return
        if found is not None:
            self.adopt(found)

    async def _renewing(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            await self.renew()


class MongoCalendars:
    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._view = client[database][CALENDARS]

    async def read(self) -> CalendarDocument | None:
        try:
            found = await self._view.find_one({"_id": CALENDAR_ID}, {"_id": 0, "entry": 0, "first_seen": 0})
        except PyMongoError as problem:
            raise CalendarUnreachable(type(problem).__name__) from problem
        return None if found is None else msgspec.convert(found, CalendarDocument)


class MemoryCalendars:
    def __init__(self) -> None:
        self.document: CalendarDocument | None = None
        self.away = False

    async def read(self) -> CalendarDocument | None:
        if self.away:
            raise CalendarUnreachable("away")
        return self.document


def text_of(microseconds: int) -> str:
    """RFC 3339, UTC."""
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat().replace("+00:00", "Z")
