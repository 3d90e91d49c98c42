"""The application: what the dashboard serves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from services.dashboard.api.agencies import AgencyApi
from services.dashboard.api.openapi import document
from services.dashboard.api.regions import RegionApi
from services.dashboard.api.report import ReportApi
from services.dashboard.pages.agencies import AgencyPages
from services.dashboard.pages.regions import RegionPages
from services.dashboard.pages.rendering import Pages
from services.dashboard.wiring import Wiring
from shared.web.languages import to_language
from shared.web.security import SecurityHeaders
from shared.web.swagger import swagger_routes


def create_app(wiring: Wiring) -> FastAPI:
    """What goes on beside requests is started and stopped with the application."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        wiring.start()
        try:
            yield
        finally:
            await wiring.stop()

    app = FastAPI(
        title="Cacah dashboard",
        version="1",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    pages = Pages(wiring.templates)
    app.router.routes += [
        *_operations(wiring),
        *swagger_routes("Cacah: public figures"),
        Route("/static/{name}", wiring.assets.serve),
        Route("/", to_language),
        *RegionPages(pages, wiring.views).routes(),
        *RegionApi(wiring.views, wiring.store).routes(),
        *AgencyPages(pages, wiring.agency_views, wiring.reports, wiring.totals, wiring.access).routes(),
        *ReportApi(wiring.reports).routes(),
        *AgencyApi(wiring.agency_views, wiring.totals, wiring.access).routes(),
        Route("/stream/regions/{code}", wiring.streams),
    ]
    app.add_middleware(SecurityHeaders, may_be_framed=_embedded)
    return app


def _embedded(scope: Scope) -> bool:
    """Pages that were made to stand in other people's pages: no form, no key, no cookie."""
    return b"embed=1" in scope["query_string"].split(b"&")


def _operations(wiring: Wiring) -> list[BaseRoute]:
    async def live(request: Request) -> Response:
        del request
        return PlainTextResponse("alive\n")

    async def ready(request: Request) -> Response:
        del request
        if await wiring.totals.reachable():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("MongoDB does not answer\n", 503, {"retry-after": "2"})

    async def metrics(request: Request) -> Response:
        del request
        return PlainTextResponse(_metrics(wiring), media_type="text/plain; version=0.0.4")

    described = msgspec.json.encode(document())

    async def openapi(request: Request) -> Response:
        del request
        return Response(described, media_type="application/json")

    return [Route("/openapi.json", openapi), Route("/livez", live), Route("/readyz", ready), Route("/metrics", metrics)]


def _metrics(wiring: Wiring) -> str:
    """Prometheus text format."""
    fresh = wiring.freshness.fresh()
    gauges = {
        "streams_open": wiring.streams.open,
        "step": wiring.published.step,
        "stale": int(fresh.stale),
        "behind_seconds": -1 if fresh.behind is None else round(fresh.behind, 3),
    }
    lines = [
        line
        for name, value in gauges.items()
        for line in (f"# TYPE cacah_dashboard_{name} gauge", f"cacah_dashboard_{name} {value}")
    ]
    return "\n".join(lines) + "\n"
