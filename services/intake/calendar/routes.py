"""`/v1/calendar`: shown to everybody, set by operators as an event on the log."""

import logging
from collections.abc import Callable
from datetime import date

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.intake.access import require
from services.intake.asgi import encode
from services.intake.calendar.gate import Gate
from services.intake.operator.bodies import read_body
from services.intake.operator.orders import Orders
from services.intake.problems import Fault, Json, Refused
from shared.contracts.calendar import CalendarOrder, CalendarTimes, document_of
from shared.contracts.events import microseconds_of
from shared.runtime.partners import Partner

logger = logging.getLogger(__name__)


def create_calendar_router(gate: Gate, orders: Orders, census_day: date, now: Callable[[], int]) -> APIRouter:
    """`census_day`: the one that ages are counted by; a calendar may not name another."""
    router, operator = APIRouter(), require("operate")

    async def put(request: Request, partner: Partner) -> Response:
        orders.admit()
        times = await read_body(request, CalendarTimes)
        if times.census_day != census_day:
            raise Refused("shape", [Fault("calendar-census-day", "/census_day")])
        order = CalendarOrder(**msgspec.structs.asdict(times), by=partner.id[:32])
        filed = await orders.set_calendar(order, partner.sender)
        gate.adopt(document_of(order, microseconds_of(filed["receipt"]["received_at"])))
        logger.info("calendar opens_at=%s deadline=%s by=%s", order.opens_at, order.deadline, partner.id)
        response = _json(202, _said(gate, now()) | filed)
        response.headers["location"] = f"/v1/submissions/{filed['id']}"
        return response

    async def handle(request: Request) -> Response:
        """One route for both methods, so that what is not allowed is told both."""
        if request.method == "GET":
            return _json(200, _said(gate, now()))
        return await put(request, await operator(request))

    router.add_api_route("/v1/calendar", handle, methods=["GET", "POST"], response_model=None)
    return router


def _said(gate: Gate, at: int) -> Json:
    document = gate.document
    shown = None
    if document is not None:
        shown = msgspec.to_builtins(document)
        del shown["received_at"]
    return {
        "households": gate.door(at, partner=False),
        "partners": gate.door(at, partner=True),
        "calendar": shown,
        "closed_at": gate.closed_at,
    }


def _json(status: int, body: Json) -> Response:
    return Response(encode(body), status, {"cache-control": "no-store"}, "application/json")
