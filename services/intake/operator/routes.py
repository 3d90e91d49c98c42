"""`/v1/agencies/{code}/roster`, `/v1/conflicts` and `/v1/withdrawals`."""

import logging
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.intake.access import require
from services.intake.asgi import encode
from services.intake.operator.bodies import DecisionBody, WithdrawalBody, read_body
from services.intake.operator.conflicts import STATES, Conflicts
from services.intake.operator.orders import Orders
from services.intake.operator.rosters import RosterReader
from services.intake.problems import Json, Refused, explained
from shared.contracts.orders import AGENCY_BYTES
from shared.runtime.partners import Partner
from shared.web.languages import negotiate

logger = logging.getLogger(__name__)

_AGENCY: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9.-]{{1,{AGENCY_BYTES - 1}}}")
_MOST: Final = 500
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
        return _json(
            202 if records or not reader.faults else 422,
            {
                "agency": code,
                "accepted": reader.accepted,
                "records": records,
                "refused": explained(reader.faults[:_MOST], speech),
                "refused_lines": len(reader.faults),
            },
        )

    async def list_conflicts(request: Request, partner: Annotated[Partner, Depends(require("read"))]) -> Response:
        del partner
        state, count = _filter(request.query_params)
        found = await conflicts.page(state=state, after=request.query_params.get("after", ""), limit=count)
        following = found[-1]["conflict"] if len(found) == count else None
        return _json(200, {"conflicts": found, "after": following})

    async def show_conflict(conflict: str, partner: Annotated[Partner, Depends(require("read"))]) -> Response:
        del partner
        return _json(200, await _known(conflicts, conflict))

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


def _filter(query: Mapping[str, str]) -> tuple[str | None, int]:
    """State and page size. Raises Refused."""
    state, limit = query.get("state"), query.get("limit", "50")
    if (state is not None and state not in STATES) or not (limit.isascii() and limit.isdigit()):
        raise Refused("bad-query")
    return state, min(max(int(limit[:6]), 1), _MOST)


async def _known(conflicts: Conflicts, conflict: str) -> dict[str, Any]:
    found = await conflicts.find(conflict)
    if found is None:
        raise Refused("not-found")
    return found


def _filed(filed: Json, said: Json) -> Response:
    response = _json(202, said | filed)
    response.headers["location"] = f"/v1/submissions/{filed['id']}"
    return response


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(encode(body), status, {"cache-control": "no-store"}, "application/json")
