"""One form on its way into the log: read, checked, stamped, sealed, published."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from services.intake.metrics import Metrics
from services.intake.ports import Position, Publisher
from services.intake.problems import Fault, Json, Located, Refused
from services.intake.shapes import read_submission
from services.intake.stamp import Stamped, Stamper, StrictClock
from shared.contracts.envelope import Head, Sealer
from shared.contracts.submission import Submission
from shared.domain.census import received_on
from shared.domain.problems import Severity
from shared.domain.rules import Context, check
from shared.runtime.keys import KeyRing

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Examined:
    """A form that may be accepted."""

    form: Submission
    stamped: Stamped
    warnings: tuple[Located, ...]


class Acceptor:
    """Shared by all routes of a process.

    Args:
        now: microseconds since 1970-01-01 UTC.
        census_day: ages are completed years on this day.
    """

    def __init__(
        self, keys: KeyRing, publisher: Publisher, *, census_day: date, now: Callable[[], int], metrics: Metrics
    ) -> None:
        self.publisher = publisher
        self.metrics = metrics
        self._sealer = Sealer(keys.payload)
        self._stamper = Stamper(keys)
        self._census_day = census_day
        self._clock = StrictClock(now)

    def examine(self, body: bytes, *, sender: bytes) -> Examined:
        """Raises Refused, with everything that is wrong."""
        form = read_submission(body)
        received_at = self._clock()
        day = received_on(received_at)
        problems = check(form, Context(received_on=day, census_day=self._census_day))
        errors: list[Located] = [each for each in problems if each.severity is Severity.ERROR]
        warnings = tuple(each for each in problems if each.severity is not Severity.ERROR)
        if form.correction is not None and not self._stamper.proves(form.correction):
            wrong = Fault("correction-code", "/correction/code")
            raise Refused("form-refused" if errors else wrong.code, [*errors, wrong], warnings, form.id)
        if errors:
            raise Refused("form-refused", errors, warnings, form.id)
        return Examined(form, self._stamper.stamp(form, received_at, day, sender=sender), warnings)

    def publish(self, stamped: Stamped) -> asyncio.Future[Position]:
        """Raises Unavailable or Overloaded; nothing is on the log then."""
        head = stamped.head
        return self.publisher.publish(head.subject, self._sealer.seal(head, stamped.content), head.key_id)

    def receipt(self, head: Head, position: Position) -> Json:
        """Where the record is and what was in it, telling nothing of the answers."""
        return {
            "topic": self.publisher.topic,
            "partition": position.partition,
            "offset": position.offset,
            "received_at": utc_text(head.received_at),
            "content_hash": head.content_hash.hex(),
        }

    def correction_code(self, head: Head) -> str:
        return self._stamper.correction_code(head.lineage)


def utc_text(microseconds: int) -> str:
    """RFC 3339 to the microsecond, so that the text is the very moment of the record."""
    moment = _EPOCH + timedelta(microseconds=microseconds)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
