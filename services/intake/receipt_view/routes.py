"""`/v1/receipts/{token}`, its QR code, and `/.well-known/jwks.json`. All of it is public and nothing is looked up."""

import io
from collections.abc import Sequence
from typing import Any, Final

import segno
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.intake.asgi import encode
from services.intake.ports import Publisher
from services.intake.problems import Refused
from services.intake.receipt_view.page import problem_page, receipt_page
from services.intake.receipts import utc_text
from services.intake.texts import ANSWERS, Language
from shared.contracts.receipt import ReceiptError, ReceiptVerifier, Verified, key_set
from shared.web.languages import negotiate
from shared.web.security import ALWAYS, POLICY

KEYS_PATH: Final = "/.well-known/jwks.json"
_FOR_A_DAY: Final = {"cache-control": "public, max-age=86400"}
_FOR_AN_HOUR: Final = {"cache-control": "public, max-age=3600"}
_VARY: Final = {"vary": "accept, accept-language"}
_SAFE: Final = {**ALWAYS, "content-security-policy": POLICY + "'none'", "referrer-policy": "no-referrer"}
_LANGUAGES: Final[dict[str, Language]] = {"id": "id", "en": "en"}


def create_receipt_router(public_keys: Sequence[bytes], publisher: Publisher) -> APIRouter:
    """`public_keys`: with which receipts were ever signed."""
    router = APIRouter()
    verifier, keys = ReceiptVerifier(public_keys), encode(key_set(public_keys))

    async def show_receipt(request: Request, token: str) -> Response:
        speech = _LANGUAGES.get(request.query_params.get("lang", "")) or negotiate(
            request.headers.get("accept-language", "")
        )
        wants_page = _wants_page(request.headers.get("accept", ""))
        try:
            verified = _verified(verifier, token)
        except Refused as refused:
            if not wants_page:
                raise
            answer = ANSWERS[refused.code]
            page = problem_page(answer.title.in_language(speech), answer.remedy.in_language(speech), speech)
            return _html(page, answer.status, {"cache-control": "no-store"}, speech)
        here = verified.statement.topic_id == publisher.topic_id
        if wants_page:
            return _html(receipt_page(token, verified, speech, here=here), 200, _FOR_AN_HOUR, speech)
        said = _said(verified, topic=publisher.topic if here else None)
        return Response(encode(said), 200, _FOR_AN_HOUR | _VARY, "application/json")

    async def show_qr(token: str) -> Response:
        _verified(verifier, token)
        return Response(qr_svg(token), 200, _FOR_A_DAY | _SAFE, "image/svg+xml")

    async def show_keys() -> Response:
        return Response(keys, 200, _FOR_AN_HOUR, "application/jwk-set+json")

    for path, endpoint in (
        ("/v1/receipts/{token}", show_receipt),
        ("/v1/receipts/{token}/qr.svg", show_qr),
        (KEYS_PATH, show_keys),
    ):
        router.add_api_route(path, endpoint, methods=["GET"], response_model=None)
    return router


def qr_svg(token: str) -> bytes:
    """The token itself, so that a receipt on paper can be verified with no network."""
    drawn = io.BytesIO()
    segno.make_qr(token, error="m").save(drawn, kind="svg", xmldecl=False, omitsize=True, dark="#000", light="#fff")
    return drawn.getvalue()


def _verified(verifier: ReceiptVerifier, token: str) -> Verified:
    """Raises Refused."""
    try:
        return verifier.verify(token)
    except ReceiptError as problem:
        raise Refused(problem.code) from None


def _said(verified: Verified, *, topic: str | None) -> dict[str, Any]:
    """`topic`: None where the receipt is of another log."""
    said = verified.statement
    return {
        "genuine": True,
        "topic": topic,
        "topic_id": said.topic_id.hex(),
        "partition": said.partition,
        "offset": said.offset,
        "received_at": utc_text(said.received_at),
        "content_hash": said.content_hash.hex(),
        "key_id": verified.key_id,
        "window": verified.window,
    }


def _wants_page(accept: str) -> bool:
    """Browsers name `text/html`; programs that say nothing, or anything, get JSON."""
    return "text/html" in accept.lower() and "application/json" not in accept.lower()


def _html(page: str, status: int, caching: dict[str, str], speech: Language) -> Response:
    return HTMLResponse(page, status, caching | _SAFE | _VARY | {"content-language": speech})
