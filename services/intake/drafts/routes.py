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


class Drafts:
    """One route for all methods, so that what is not allowed is told all that is."""

    def __init__(self, safe: DraftSafe, now: Callable[[], int]) -> None:
        self._safe = safe
        self._now = now

    async def handle(
        self, request: Request, name: str, partner: Annotated[Partner, Depends(require("draft"))]
    ) -> Response:
        if not _NAME.fullmatch(name):
            raise Refused("draft-name")
        match request.method:
            case "PUT":
                return await self._put(request, name, partner)
            case "GET":
                return await self._get(name, partner)
            case _:
                await self._safe.delete(partner.sender, name)
                logger.info("draft deleted by=%s", partner.id)
                return _empty({})

    async def _put(self, request: Request, name: str, partner: Partner) -> Response:
        if request.headers.get("content-type", _OCTETS).partition(";")[0].strip().lower() != _OCTETS:
            raise Refused("media-type")
        draft = await read_form(request.scope, request.receive)
        if not draft:
            raise Refused("draft-empty")
        expires_at = await self._safe.put(partner.sender, name, draft, self._now())
        logger.info("draft kept bytes=%d by=%s", len(draft), partner.id)
        # As HTTP writes dates.
        return _empty({"expires": f"{expires_at:%a, %d %b %Y %H:%M:%S} GMT"})

    async def _get(self, name: str, partner: Partner) -> Response:
        draft = await self._safe.get(partner.sender, name, self._now())
        if draft is None:
            raise Refused("not-found")
        logger.info("draft shown bytes=%d by=%s", len(draft), partner.id)
        return Response(draft, 200, {"cache-control": "no-store"}, _OCTETS)


def create_drafts_router(safe: DraftSafe, now: Callable[[], int]) -> APIRouter:
    """`now`: microseconds since 1970-01-01 UTC."""
    router = APIRouter()
    methods = ["PUT", "GET", "DELETE"]
    router.add_api_route("/v1/drafts/{name}", Drafts(safe, now).handle, methods=methods, response_model=None)
    return router


def _empty(headers: dict[str, str]) -> Response:
    return Response(status_code=204, headers={"cache-control": "no-store"} | headers)
