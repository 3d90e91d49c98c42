"""`/v1/drafts/{name}`: put, got and deleted by who runs a form, for the families that fill it in."""

import logging
import re
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.intake.access import require
from services.intake.bodies import read_form
from services.intake.drafts.safe import DraftSafe
from services.intake.problems import Refused
from shared.runtime.partners import Partner

logger = logging.getLogger(__name__)

_NAME: Final = re.compile(r"[0-9a-f]{32,64}")
_OCTETS: Final = "application/octet-stream"
_Owner = Annotated[Partner, Depends(require("draft"))]


def create_drafts_router(safe: DraftSafe, now: Callable[[], int]) -> APIRouter:
    """`now`: microseconds since 1970-01-01 UTC."""
    router = APIRouter()

    async def put(request: Request, name: str, partner: _Owner) -> Response:
        if request.headers.get("content-type", _OCTETS).partition(";")[0].strip().lower() != _OCTETS:
            raise Refused("media-type")
        if not _NAME.fullmatch(name):
            raise Refused("draft-name")
        draft = await read_form(request.scope, request.receive)
        expires_at = await safe.put(partner.sender, name, draft, now())
        logger.info("draft kept bytes=%d by=%s", len(draft), partner.id)
        # As HTTP writes dates.
        return _empty({"expires": f"{expires_at:%a, %d %b %Y %H:%M:%S} GMT"})

    async def get(name: str, partner: _Owner) -> Response:
        draft = await safe.get(partner.sender, name, now()) if _NAME.fullmatch(name) else None
        if draft is None:
            raise Refused("not-found")
        logger.info("draft shown bytes=%d by=%s", len(draft), partner.id)
        return Response(draft, 200, {"cache-control": "no-store"}, _OCTETS)

    async def delete(name: str, partner: _Owner) -> Response:
        if _NAME.fullmatch(name):
            await safe.delete(partner.sender, name)
        logger.info("draft deleted by=%s", partner.id)
        return _empty({})

    for endpoint, method in ((put, "PUT"), (get, "GET"), (delete, "DELETE")):
        router.add_api_route("/v1/drafts/{name}", endpoint, methods=[method], response_model=None)
    return router


def _empty(headers: dict[str, str]) -> Response:
    return Response(status_code=204, headers={"cache-control": "no-store"} | headers)
