"""The application: what intake serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from services.intake.asgi import encode
from services.intake.batch import BatchRoute
from services.intake.bodies import Disconnected
from services.intake.calendar.routes import create_calendar_router
from services.intake.direct import DirectRoute
from services.intake.drafts.routes import create_drafts_router
from services.intake.explained.routes import explanation_routes
from services.intake.front import Front
from services.intake.limiting import AddressLimit
from services.intake.limits import Buckets
from services.intake.openapi.document import document
from services.intake.operator.operations import create_operations_router
from services.intake.operator.quarantine_routes import create_quarantine_router
from services.intake.operator.reissue import create_reissue_router
from services.intake.operator.routes import create_router
from services.intake.problems import CHALLENGE, PROBLEM_JSON, UNAUTHORIZED, Refused, problem
from services.intake.receipt_view.routes import create_receipt_router
from services.intake.routes import SubmissionRoute
from services.intake.status.routes import create_status_router
from services.intake.upkeep import make_keys_ahead, note_metrics, tell_aside_key
from services.intake.wiring import Wiring
from shared.web.languages import negotiate
from shared.web.swagger import swagger_routes

_OF_STATUS = {404: "not-found", 405: "method-not-allowed"}


def create_app(wiring: Wiring) -> Front:
    """The publisher is started and stopped with the application."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        await wiring.publisher.start()
        await wiring.access.start()
        await wiring.gate.start()
        upkeep = (
            asyncio.create_task(make_keys_ahead(wiring.payload_keys, wiring.now)),
            asyncio.create_task(tell_aside_key(wiring.quarantine.aside, wiring.aside_key)),
            asyncio.create_task(note_metrics(wiring.metrics, wiring.publisher)),
        )
        try:
            yield
        finally:
            for task in upkeep:
                task.cancel()
            await wiring.stages.close()
            wiring.gate.stop()
            await wiring.heads.stop()
            await wiring.access.stop()
            await wiring.publisher.stop()

    app = FastAPI(
        title="Cacah intake",
        version="1",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={
            HTTPException: _http_problem,
            Refused: _refused,
            Disconnected: _nobody_there,
            Exception: _internal,
        },
    )
    app.state.access = wiring.access
    acceptor = wiring.acceptor
    limits = wiring.limits
    senders = Buckets(limits.address)
    app.add_middleware(AddressLimit, limits.addresses, senders, wiring.metrics)
    batch = BatchRoute(
        acceptor, wiring.access, limits.addresses, Buckets(limits.partner), draining=wiring.draining.is_set
    )
    hot: dict[str, ASGIApp] = {"/v1/submissions": SubmissionRoute(acceptor), "/v1/submissions:batch": batch}
    # The framework knows of them too: for other methods, and for what is allowed on their paths.
    app.router.routes += [Route(path, route, methods=["POST"]) for path, route in hot.items()]
    app.include_router(create_operations_router(wiring.stages))
    app.include_router(create_quarantine_router(wiring.quarantine))
    app.include_router(create_router(wiring.orders, wiring.conflicts, wiring.identity))
    app.include_router(create_calendar_router(wiring.gate, wiring.orders, wiring.census_day, wiring.now))
    app.include_router(create_drafts_router(wiring.drafts, wiring.now))
    app.include_router(create_reissue_router(wiring.status, acceptor))
    app.include_router(create_status_router(wiring.status, wiring.publisher))
    app.include_router(create_receipt_router(wiring.receipt_keys, wiring.publisher))
    app.router.routes += [*swagger_routes("Cacah intake"), *explanation_routes()]
    _add_operations(app, wiring)
    limited = {path: AddressLimit(route, limits.addresses, senders, wiring.metrics) for path, route in hot.items()}
    direct = DirectRoute(acceptor, limits.addresses, senders, wiring.metrics)
    return Front(app, limited, {b"/v1/submissions": direct})


def _add_operations(app: FastAPI, wiring: Wiring) -> None:
    described = encode(document())

    async def live() -> Response:
        return PlainTextResponse("alive\n")

    async def ready(request: Request) -> Response:
        if wiring.draining.is_set() or not wiring.publisher.ready:
            return _problem_response(request, Refused("unavailable"))
        return PlainTextResponse("ready\n")

    async def metrics() -> Response:
        return PlainTextResponse(wiring.metrics.as_text(wiring.publisher), media_type="text/plain; version=0.0.4")

    async def openapi() -> Response:
        return Response(described, media_type="application/json")

    for path, endpoint in (("/livez", live), ("/readyz", ready), ("/metrics", metrics), ("/openapi.json", openapi)):
        app.add_api_route(path, endpoint, methods=["GET"], response_model=None)


async def _refused(request: Request, raised: Exception) -> Response:
    return _problem_response(request, raised if isinstance(raised, Refused) else Refused("internal"))


async def _http_problem(request: Request, raised: Exception) -> Response:
    if not isinstance(raised, HTTPException):
        return _problem_response(request, Refused("internal"))
    response = _problem_response(request, Refused(_OF_STATUS.get(raised.status_code, "internal")))
    response.headers.update(raised.headers or {})
    return response


async def _nobody_there(request: Request, raised: Exception) -> Response:
    """The client hung up before its body was whole; what is answered reaches nobody."""
    del request, raised
    return Response(status_code=400)


async def _internal(request: Request, raised: Exception) -> Response:
    del raised
    return _problem_response(request, Refused("internal"))


def _problem_response(request: Request, refused: Refused) -> Response:
    speech = negotiate(request.headers.get("accept-language", ""))
    body = problem(refused, speech)
    headers = {"content-language": speech, "cache-control": "no-store"}
    if body["status"] == UNAUTHORIZED:
        headers["www-authenticate"] = CHALLENGE
    if "retry_after" in body:
        headers["retry-after"] = str(body["retry_after"])
    return Response(encode(body), body["status"], headers, PROBLEM_JSON.decode())
