"""`GET /v1/submissions/{id}`: what has become of a form, for who has its receipt."""

import hashlib
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.intake.asgi import encode
from services.intake.ports import Position, Publisher
from services.intake.problems import Fault, Json, Refused, explained
from services.intake.receipts import utc_text
from services.intake.status.model import Standing, standing
from services.intake.status.ports import Filed, Heads
from services.intake.status.proof import ReceiptProof
from services.intake.status.texts import MEANINGS
from services.intake.texts import FAULTS, Language
from shared.contracts.envelope import Head
from shared.web.languages import negotiate

_AGAIN_SECONDS: Final = 1
"""After which who waits may ask again: counting takes less than that."""


class StatusDesk:
    """Shared by all that is said about a form that is on the log."""

    def __init__(self, proof: ReceiptProof, heads: Heads, filed: Filed) -> None:
        self._proof = proof
        self._heads = heads
        self._filed = filed

    async def locate(self, submission: str, receipt: str) -> tuple[Position, Head]:
        """The record of a form whose receipt this is. Raises Refused: `submission-unknown`, `unavailable`."""
        name = _uuid(submission)
        at = None if name is None else self._proof.position(name, receipt)
        # What is not proven is not looked up, so that what there is and what there is not take the same time.
        head = None if at is None else await self._heads.head(at)
        if at is None or head is None or head.id != name:
            raise Refused("submission-unknown")
        return at, head

    async def standing(self, at: Position, head: Head) -> tuple[Standing, str | None]:
        """And as of when. Raises Refused `unavailable`."""
        progress = await self._filed.progress(at.partition)
        found = await self._filed.found(at, head, progress)
        while found.redriven is not None:
            # Its fate is that of the record that was appended for it, which comes later in the log.
            at = found.redriven
            progress = await self._filed.progress(at.partition)
            found = await self._filed.found(at, head, progress)
        return standing(at.offset, head.id, progress, found), progress.as_of


def create_status_router(desk: StatusDesk, publisher: Publisher) -> APIRouter:
    router = APIRouter()

    async def show(request: Request, submission: str) -> Response:
        speech = negotiate(request.headers.get("accept-language", ""))
        at, head = await desk.locate(submission, bearer(request))
        found, as_of = await desk.standing(at, head)
        body = _said(at, head, found, speech) | {"topic": publisher.topic, "as_of": as_of}
        return _answer(request, body, found, speech)

    router.add_api_route("/v1/submissions/{submission}", show, methods=["GET"], response_model=None)
    return router


def bearer(request: Request) -> str:
    """Raises Refused `receipt-missing`."""
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text.strip():
        raise Refused("receipt-missing")
    return text.strip()


def _said(at: Position, head: Head, found: Standing, speech: Language) -> Json:
    return {
        "id": str(UUID(bytes=head.id)),
        "status": found.status,
        "progress": found.progress,
        "meaning": MEANINGS[found.status].in_language(speech),
        "revision": head.revision,
        "received_at": utc_text(head.received_at),
        "changed_at": found.changed_at,
        "partition": at.partition,
        "offset": at.offset,
        "problems": _problems(found, speech),
    }


def _problems(found: Standing, speech: Language) -> list[Json]:
    if found.problems:
        return explained(found.problems, speech)
    if found.reason is None:
        return []
    # A reason without words is a mistake of ours, or of who wrote to the log without intake.
    return explained([Fault(found.reason if found.reason in FAULTS else "record-unreadable", "")], speech)


def _answer(request: Request, body: dict[str, Any], found: Standing, speech: Language) -> Response:
    packed = encode(body)
    tag = f'"{hashlib.sha256(packed).hexdigest()[:32]}"'
    headers = {"cache-control": "no-store", "etag": tag, "content-language": speech, "vary": "accept-language"}
    if found.pending:
        headers["retry-after"] = str(_AGAIN_SECONDS)
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(packed, 200, headers, "application/json")


def _uuid(text: str) -> bytes | None:
    try:
        return UUID(text).bytes
    except ValueError:
        return None
