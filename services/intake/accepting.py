"""One form on its way into the log: read, checked, stamped, sealed, published."""

import asyncio
import logging
from collections.abc import Callable
from datetime import date

from msgspec import Struct

from services.intake.bodies import BodyRoom
from services.intake.calendar.gate import Gate
from services.intake.metrics import Metrics
from services.intake.ports import OutcomeUnknown, Position, Publisher, Unavailable
from services.intake.problems import Fault, Located, Refused
from services.intake.receipts import ReceiptDesk
from services.intake.repeats import Repeats, Sent
from services.intake.shapes import named, read_submission
from services.intake.stamp import Stamped, Stamper, StrictClock
from shared.contracts.envelope import Head, Sealer
from shared.contracts.submission import Correction, Submission
from shared.domain.census import received_on
from shared.domain.problems import Severity
from shared.domain.rules import Context, check
from shared.runtime.keys import KeyRing, KeysError

logger = logging.getLogger(__name__)


class Examined(Struct, frozen=True):
    """A form that may be accepted."""

    form: Submission
    stamped: Stamped
    warnings: tuple[Located, ...]


class Acceptor:
    """Shared by all routes of a process.

    Args:
        now: microseconds since 1970-01-01 UTC.
        census_day: ages are completed years on this day.
        gate: whether forms are taken at all.
    """

    def __init__(
        self,
        keys: KeyRing,
        publisher: Publisher,
        *,
        census_day: date,
        now: Callable[[], int],
        metrics: Metrics,
        gate: Gate,
    ) -> None:
        self.publisher = publisher
        self.gate = gate
        self.metrics = metrics
        self.bodies = BodyRoom()
        self.receipts = ReceiptDesk(keys, publisher)
        self._sealer = Sealer(keys.payload)
        self._stamper = Stamper(keys)
        self._rules = Context(received_on=census_day, census_day=census_day)
        self.clock = StrictClock(now)
        self._repeats = Repeats()

    def examine(self, body: bytes, *, sender: bytes, idempotency_key: str = "") -> Examined:
        """Raises Refused, with everything that is wrong.

        Args:
            body: one form.
            sender: the partner's id; NOBODY for the public.
            idempotency_key: the form's id, where it has none itself.
        """
        received_at = self.clock()
        self.gate.admit(received_at, sender)
        day = received_on(received_at)
        form = read_submission(body, day)
        if idempotency_key:
            form = named(form, idempotency_key)
        errors: list[Located] = []
        warnings: tuple[Located, ...] = ()
        if problems := check(form, self._context(day)):
            errors += [each for each in problems if each.severity is Severity.ERROR]
            warnings = tuple(each for each in problems if each.severity is not Severity.ERROR)
        if form.correction is not None and not self._stamper.proves(form.correction):
            wrong = Fault("correction-code", "/correction/code")
            raise Refused("form-refused" if errors else wrong.code, [*errors, wrong], warnings, form.id)
        if errors:
            raise Refused("form-refused", errors, warnings, form.id)
        try:
            return Examined(form, self._stamper.stamp(form, received_at, day, sender=sender), warnings)
        except KeysError as problem:
            logger.error("nothing can be sealed: %s", problem)  # noqa: TRY400  # one clear line, not a traceback
            raise Refused("unavailable", submission=form.id) from None

    def _context(self, day: date) -> Context:
        if self._rules.received_on != day:
            self._rules = Context(received_on=day, census_day=self._rules.census_day)
        return self._rules

    def send(self, stamped: Stamped) -> Sent:
        """Append the form, unless it was sent before; `settled` waits for it.

        Raises Unavailable or Overloaded, and nothing is on the log then; Refused `id-reused`.
        """
        head = stamped.head
        known = self._repeats.find(head)
        if known is not None:
            return known
        sent = Sent(head, self.publish(stamped))
        self._repeats.sent(sent)
        return sent

    async def settled(self, sent: Sent) -> Position:
        """Where the form is, once it is durable. Raises OutcomeUnknown or Unavailable."""
        if not sent.durable.done():
            # Several may wait for the same form, and one that gives up must not take it from the others.
            await asyncio.wait((sent.durable,))
        return self.landed(sent)

    def landed(self, sent: Sent) -> Position:
        """As `settled`, of a form whose fate is known by now."""
        try:
            at = sent.durable.result()
        except (OutcomeUnknown, Unavailable):
            self._repeats.lost(sent)
            raise
        if not sent.replayed:
            self._repeats.landed(sent, at)
        return at

    def publish(self, stamped: Stamped) -> asyncio.Future[Position]:
        """Raises Unavailable or Overloaded; nothing is on the log then."""
        head = stamped.head
        return self.publisher.publish(head.subject, self._sealer.seal(head, stamped.content), head.key_id)

    def proves(self, correction: Correction) -> bool:
        """Whether the code belongs to the lineage."""
        return self._stamper.proves(correction)

    def correction_code(self, head: Head) -> str:
        return self._stamper.correction_code(head.lineage)
