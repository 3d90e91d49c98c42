"""`/v1/quarantine`: what was set aside, and what operators do about it."""

import logging
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request
from msgspec import Meta
from starlette.responses import Response

from services.intake.access import require
from services.intake.operator.bodies import read_body
from services.intake.operator.lists import json_answer, read_wanted
from services.intake.operator.quarantine import STATES, Quarantine
from services.intake.problems import Refused
from shared.runtime.partners import Partner

logger = logging.getLogger(__name__)


class DiscardBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason`: for whoever asks later; no numbers and no names."""

    reason: Annotated[str, Meta(pattern=r"^[^0-9]{1,200}$")]


def create_quarantine_router(quarantine: Quarantine) -> APIRouter:
    router = APIRouter()

    async def known(item: str) -> dict[str, Any]:
        found = await quarantine.aside.find(item)
        if found is None:
            raise Refused("not-found")
        return found

    async def list_quarantine(request: Request, partner: Annotated[Partner, Depends(require("read"))]) -> Response:
        del partner
        wanted = read_wanted(request.query_params, STATES)
        found = await quarantine.aside.page(
            state=wanted.state, code=request.query_params.get("code"), after=wanted.after, limit=wanted.limit
        )
        following = wanted.following([each["id"] for each in found])
        return json_answer(200, {"quarantine": found, "after": following})

    async def show_quarantine(item: str, partner: Annotated[Partner, Depends(require("read"))]) -> Response:
        del partner
        return json_answer(200, await known(item))

    async def redrive(item: str, partner: Annotated[Partner, Depends(require("operate"))]) -> Response:
        found = await known(item)
        at = await quarantine.redrive(found, partner)
        logger.info("redriven partition=%d offset=%d by=%s", at.partition, at.offset, partner.id)
        record = {"topic": found["topic"], "partition": at.partition, "offset": at.offset}
        return json_answer(202, {"id": item, "action": "redriven", "by": partner.id, "record": record})

    async def discard(
        request: Request, item: str, partner: Annotated[Partner, Depends(require("operate"))]
    ) -> Response:
        body = await read_body(request, DiscardBody)
        await quarantine.discard(await known(item), body.reason, partner)
        logger.info("discarded by=%s", partner.id)
        return json_answer(200, {"id": item, "action": "discarded", "by": partner.id})

    for path, endpoint, method in (
        ("/v1/quarantine", list_quarantine, "GET"),
        ("/v1/quarantine/{item}", show_quarantine, "GET"),
        ("/v1/quarantine/{item}/redrive", redrive, "POST"),
        ("/v1/quarantine/{item}/discard", discard, "POST"),
    ):
        router.add_api_route(path, endpoint, methods=[method], response_model=None)
    return router
