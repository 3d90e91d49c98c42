"""`POST /v1/submissions`: one form, one answer."""

import asyncio
from urllib.parse import parse_qs
from uuid import UUID

from starlette.types import Receive, Scope, Send

from services.intake.accepting import Acceptor, Examined
from services.intake.asgi import JSON, answer, encode, language, refuse, require_type
from services.intake.bodies import Disconnected, read_form
from services.intake.ports import OutcomeUnknown, Overloaded, Unavailable
from services.intake.problems import Json, Refused, explained
from services.intake.receipts import utc_text
from services.intake.texts import Language
from shared.contracts.envelope import NOBODY

_TYPES = frozenset({"application/json"})
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
        require_type(scope, _TYPES)
        if _dry(scope["query_string"]):
            examined = self._acceptor.examine(await read_form(scope, receive), sender=NOBODY)
            await answer(send, 200, encode(_said(examined, "acceptable", speech)), JSON, _headers(speech))
            return
        try:
            # Before the body is read: above the limit it would be read for nothing.
            self._acceptor.publisher.admit()
            examined = self._acceptor.examine(await read_form(scope, receive), sender=NOBODY)
            position = await asyncio.shield(self._acceptor.publish(examined.stamped))
        except Overloaded:
            raise Refused("overloaded") from None
        except Unavailable:
            raise Refused("unavailable") from None
        except OutcomeUnknown:
            raise Refused("outcome-unknown") from None
        self._acceptor.metrics.count("accepted")
        receipt = await self._acceptor.receipts.receipt(examined.stamped.head, position)
        body = self._accepted(examined, receipt, speech)
        location = (b"location", b"/v1/submissions/" + body["id"].encode())
        await answer(send, 202, encode(body), JSON, (location, *_headers(speech)))

    def _accepted(self, examined: Examined, receipt: Json, speech: Language) -> Json:
        head = examined.stamped.head
        return _said(examined, "accepted", speech) | {
            "lineage": str(UUID(bytes=head.lineage)),
            "receipt": receipt,
            "correction_code": self._acceptor.correction_code(head),
        }


def _said(examined: Examined, status: str, speech: Language) -> Json:
    head = examined.stamped.head
    return {
        "id": str(UUID(bytes=head.id)),
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
