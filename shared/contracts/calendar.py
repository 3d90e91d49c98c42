"""The calendar of the census on the submission log: what the sealed payload of its events holds.

The newest event is in force. The validator also keeps it as a document, for intake, which opens and closes its door by
it. What is on the log counts, whatever the calendar says.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from shared.contracts.identity import KEY_BYTES
from shared.contracts.orders import OperatorName
from shared.domain.calendar import Calendar

CALENDAR_SUBJECT: Final = hashlib.sha256(b"calendar").digest()[:KEY_BYTES]
"""All events of the calendar are on one partition, and so in order."""
CALENDARS: Final = "calendar"
"""The collection; it holds one document."""
CALENDAR_ID: Final = "calendar"

Moment = Annotated[datetime, Meta(tz=True)]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class CalendarTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Each end is the first moment that is too late. `extended_to`: a later deadline. `partners_until`: for partners.

    Times that are not in order are a msgspec.ValidationError.
    """

    census_day: date
    opens_at: Moment
    deadline: Moment
    extended_to: Moment | None = None
    partners_until: Moment | None = None

    def __post_init__(self) -> None:
        self.calendar()

    def calendar(self) -> Calendar:
        return Calendar(
            _microseconds(self.opens_at),
            _microseconds(self.deadline),
            None if self.extended_to is None else _microseconds(self.extended_to),
            None if self.partners_until is None else _microseconds(self.partners_until),
        )


class CalendarOrder(CalendarTimes, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`by`: the operator."""

    by: OperatorName


class CalendarDocument(CalendarTimes, frozen=True, kw_only=True):
    """As it is kept. `received_at`: of its event, in microseconds since 1970-01-01 UTC."""

    by: str
    received_at: int


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(CalendarOrder)


def encode_calendar(order: CalendarOrder) -> bytes:
    return _encoder.encode(order)


def decode_calendar(content: bytes) -> CalendarOrder:
    """Raises msgspec.MsgspecError."""
    return _decoder.decode(content)


def document_of(order: CalendarOrder, received_at: int) -> CalendarDocument:
    return CalendarDocument(**msgspec.structs.asdict(order), received_at=received_at)


def encode_document(document: CalendarDocument) -> bytes:
    return _encoder.encode(document)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
