"""`/v1/agencies/{code}/roster`, `/v1/conflicts` and `/v1/withdrawals`."""

import logging
import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.intake.access import require
from services.intake.operator.bodies import DecisionBody, WithdrawalBody, read_body
from services.intake.operator.conflicts import STATES, Conflicts
from services.intake.operator.lists import MOST, json_answer, read_wanted
from services.intake.operator.orders import Orders
from services.intake.operator.rosters import RosterReader
from services.intake.problems import Json, Refused, explained
from shared.contracts.orders import AGENCY_BYTES
from shared.runtime.partners import Partner
from shared.web.languages import negotiate

logger = logging.getLogger(__name__)

_AGENCY: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9.-]{{1,{AGENCY_BYTES - 1}}}")
_ROSTER_TYPES: Final = frozenset({"", "application/x-ndjson", "application/ndjson", "application/jsonl"})


def create_router(orders: Orders, conflicts: Conflicts, identity: bytes) -> APIRouter:
    router = APIRouter()

    async def put_roster(
        request: Request, code: str, partner: Annotated[Partner, Depends(require("roster"))]
    ) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _ROSTER_TYPES:
            raise Refused("media-type")
        if not _AGENCY.fullmatch(code) or not partner.may_enrol(code):
            raise Refused("agency-not-yours")
        orders.admit()
        reader = RosterReader(identity)
        records = [await orders.enrol(code, part, partner.sender) async for part in reader.parts(request)]
        logger.info(
            "roster agency=%s people=%d refused=%d by=%s", code, reader.accepted, len(reader.faults), partner.id
        )
        speech = negotiate(request.headers.get("accept-language", ""))
        return json_answer(
            202 if records or not reader.faults else 422,
            {
                "agency": code,
                "accepted": reader.accepted,
                "records": records,
                "refused": explained(reader.faults[:MOST], speech),
                "refused_lines": len(reader.faults),
            },
        )

    async def list_conflicts(request: Request, partner: Annotated[Partner, Depends(require("read"))]) -> Response:
        del partner
        wanted = read_wanted(request.query_params, STATES)
        found = await conflicts.page(state=wanted.state, after=wanted.after, limit=wanted.limit)
        following = wanted.following([each["conflict"] for each in found])
        return json_answer(200, {"conflicts": found, "after": following})

    async def show_conflict(conflict: str, partner: Annotated[Partner, Depends(require("read"))]) -> Response:
        del partner
        return json_answer(200, await _known(conflicts, conflict))

    async def decide(
        request: Request, conflict: str, partner: Annotated[Partner, Depends(require("operate"))]
    ) -> Response:
        body = await read_body(request, DecisionBody)
        filed = await orders.decide(await _known(conflicts, conflict), body, partner)
        logger.info("decision conflict=%s action=%s by=%s", conflict, body.action, partner.id)
        return _filed(filed, {"conflict": conflict, "action": body.action, "by": partner.id})

    async def withdraw(request: Request) -> Response:
        filed = await orders.withdraw(await read_body(request, WithdrawalBody))
        return _filed(filed, {"status": "accepted"})

    for path, endpoint, method in (
        ("/v1/agencies/{code}/roster", put_roster, "POST"),
        ("/v1/conflicts", list_conflicts, "GET"),
        ("/v1/conflicts/{conflict}", show_conflict, "GET"),
        ("/v1/conflicts/{conflict}/decision", decide, "POST"),
        ("/v1/withdrawals", withdraw, "POST"),
    ):
        router.add_api_route(path, endpoint, methods=[method], response_model=None)
    return router


async def _known(conflicts: Conflicts, conflict: str) -> dict[str, Any]:
    found = await conflicts.find(conflict)
    if found is None:
        raise Refused("not-found")
    return found


def _filed(filed: Json, said: Json) -> Response:
    response = json_answer(202, said | filed)
    response.headers["location"] = f"/v1/submissions/{filed['id']}"
    return response
