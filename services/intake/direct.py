"""`POST /v1/submissions` for a request that came in one piece: nearly all. It answers as `SubmissionRoute` does, byte
for byte, without ASGI, a task or a wait."""

import asyncio
import logging
from functools import partial

from services.intake.accepting import Acceptor, Examined
from services.intake.asgi import JSON, Answer, answer_of, check_type, encode, refusal
from services.intake.bodies import MAX_FORM_BYTES
from services.intake.limits import Addresses, Buckets, Headers
from services.intake.metrics import Metrics
from services.intake.ports import OutcomeUnknown, Overloaded, Position, Unavailable
from services.intake.problems import Json, Refused
from services.intake.repeats import Sent
from services.intake.routes import TYPES, accepted, location
from services.intake.texts import Language
from shared.contracts.envelope import NOBODY
from shared.web.languages import negotiate
from shared.web.whole import WholeRequest, lines

logger = logging.getLogger(__name__)


class _Asked:
    """A request on its way. `fields`: for the answer, whatever it is."""

    __slots__ = ("fields", "request", "speech")

    def __init__(self, request: WholeRequest, speech: Language) -> None:
        self.request = request
        self.speech = speech
        self.fields: Headers = ()

    def answer(self, found: Answer) -> None:
        self.request.answer(found.status, lines((*found.headers, *self.fields)), found.body)


class DirectRoute:
    """`buckets`: of the senders that `addresses` knows."""

    def __init__(self, acceptor: Acceptor, addresses: Addresses, buckets: Buckets, metrics: Metrics) -> None:
        self._acceptor = acceptor
        self._addresses = addresses
        self._buckets = buckets
        self._metrics = metrics

    def __call__(self, request: WholeRequest, body: bytes) -> None:
        # Of a field that stands twice the first counts.
        headers = dict(reversed(request.headers))
        asked = _Asked(request, negotiate(headers.get(b"accept-language", b"").decode("latin-1")))
        try:
            self._submit(asked, headers, body)
        except Refused as refused:
            self._refuse(asked, refused)
        except Exception as problem:  # noqa: BLE001  # there is nobody above who would answer
            self._fail(asked, problem)

    def _submit(self, asked: _Asked, headers: dict[bytes, bytes], body: bytes) -> None:
        client = asked.request.client
        sender = self._addresses.sender_of("" if client is None else client[0], asked.request.headers)
        if sender is not None:
            asked.fields = self._buckets.check(sender)
        check_type(headers.get(b"content-type", b"").decode("latin-1"), TYPES)
        try:
            self._acceptor.publisher.admit()
            if len(body) > MAX_FORM_BYTES:
                raise Refused("too-large")
            key = headers.get(b"idempotency-key", b"").decode("latin-1")
            examined = self._acceptor.examine(body, sender=NOBODY, idempotency_key=key)
            sent = self._acceptor.send(examined.stamped)
        except Overloaded:
            raise Refused("overloaded") from None
        except Unavailable:
            raise Refused("unavailable") from None
        sent.durable.add_done_callback(partial(self._landed, asked, examined, sent))

    def _landed(self, asked: _Asked, examined: Examined, sent: Sent, durable: "asyncio.Future[Position]") -> None:
        del durable
        try:
            at = self._acceptor.landed(sent)
        except OutcomeUnknown:
            self._refuse(asked, Refused("outcome-unknown"))
        except Unavailable:
            self._refuse(asked, Refused("unavailable"))
        else:
            self._metrics.count("accepted")
            self._acceptor.receipts.when_signed(sent.head, at, partial(self._signed, asked, examined, sent))

    def _signed(self, asked: _Asked, examined: Examined, sent: Sent, receipt: Json) -> None:
        try:
            body = accepted(self._acceptor, examined, sent, receipt, asked.speech)
            headers = (location(body), (b"content-language", asked.speech.encode()))
            asked.answer(answer_of(202, encode(body), JSON, headers))
        except Exception as problem:  # noqa: BLE001  # as above
            self._fail(asked, problem)

    def _refuse(self, asked: _Asked, refused: Refused) -> None:
        self._metrics.count_problem(refused.code)
        asked.answer(refusal(refused, asked.speech))

    def _fail(self, asked: _Asked, problem: Exception) -> None:
        """As the framework does it: an answer, and the traceback for the log."""
        logger.error("a form could not be answered", exc_info=problem)
        asked.answer(refusal(Refused("internal"), asked.speech))
