"""`POST /v1/submissions`: one form, one answer."""

from urllib.parse import parse_qs

from starlette.types import Receive, Scope, Send

from services.intake.accepting import Acceptor, Examined
from services.intake.asgi import JSON, answer, encode, header, language, refuse, require_type
from services.intake.bodies import Disconnected, read_form
from services.intake.ports import OutcomeUnknown, Overloaded, Unavailable
from services.intake.problems import Json, Refused, explained
from services.intake.receipts import utc_text
from services.intake.repeats import Sent
from services.intake.texts import Language
from shared.contracts.envelope import NOBODY, Head
from shared.contracts.identity import uuid_text

TYPES = frozenset({"application/json"})
_DRY = {b"": False, b"dry_run=true": True, b"dry_run=false": False}


class SubmissionRoute:
    """Bare ASGI: on this route a framework's conveniences would cost more than the work itself."""

    def __init__(self, acceptor: Acceptor) -> None:
        self._acceptor = acceptor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        speech = language(scope)
        try:
            await self._submit(scope, receive, send, speech)
        except Refused as refused:
            self._acceptor.metrics.count_problem(refused.code)
            await refuse(send, refused, speech)
        except Disconnected:
            return

    async def _submit(self, scope: Scope, receive: Receive, send: Send, speech: Language) -> None:
        require_type(scope, TYPES)
        if _dry(scope["query_string"]):
            examined = self._examine(scope, await read_form(scope, receive, self._acceptor.bodies))
            await answer(
                send, 200, encode(_said(examined, examined.stamped.head, "acceptable", speech)), JSON, _headers(speech)
            )
            return
        try:
            # Before the body is read: above the limit it would be read for nothing.
            self._acceptor.publisher.admit()
            examined = self._examine(scope, await read_form(scope, receive, self._acceptor.bodies))
            sent = self._acceptor.send(examined.stamped)
            position = await self._acceptor.settled(sent)
        except Overloaded:
            raise Refused("overloaded") from None
        except Unavailable:
            raise Refused("unavailable") from None
        except OutcomeUnknown:
            raise Refused("outcome-unknown") from None
        self._acceptor.metrics.count("accepted")
        receipt = await self._acceptor.receipts.receipt(sent.head, position)
        body = accepted(self._acceptor, examined, sent, receipt, speech)
        await answer(send, 202, encode(body), JSON, (location(body), *_headers(speech)))

    def _examine(self, scope: Scope, body: bytes) -> Examined:
        return self._acceptor.examine(body, sender=NOBODY, idempotency_key=header(scope, b"idempotency-key"))


def accepted(acceptor: Acceptor, examined: Examined, sent: Sent, receipt: Json, speech: Language) -> Json:
    """The body of a 202."""
    body = _said(examined, sent.head, "accepted", speech)
    body["lineage"] = uuid_text(sent.head.lineage)
    body["receipt"] = receipt
    body["correction_code"] = acceptor.correction_code(sent.head)
    if sent.replayed:
        body["replayed"] = True
    return body


def location(body: Json) -> tuple[bytes, bytes]:
    return (b"location", b"/v1/submissions/" + body["id"].encode())


def _said(examined: Examined, head: Head, status: str, speech: Language) -> Json:
    return {
        "id": uuid_text(head.id),
        "status": status,
        "received_at": utc_text(head.received_at),
        "warnings": explained(examined.warnings, speech),
    }


def _headers(speech: Language) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"content-language", speech.encode()),)


def _dry(query: bytes) -> bool:
    if query in _DRY:
        return _DRY[query]
    asked = parse_qs(query.decode("latin-1"), keep_blank_values=True).get("dry_run", ["false"])[-1]
    if asked not in {"true", "false"}:
        raise Refused("bad-query")
    return asked == "true"
