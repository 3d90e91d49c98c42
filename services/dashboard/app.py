"""The application: what the dashboard serves."""

from functools import partial

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from services.dashboard.texts import words
from services.dashboard.wiring import Wiring
from shared.web.languages import of_path, to_language
from shared.web.security import SecurityHeaders


def create_app(wiring: Wiring) -> FastAPI:
    app = FastAPI(title="Cacah dashboard", version="1", openapi_url=None, docs_url=None, redoc_url=None)

    async def live(request: Request) -> Response:
        del request
        return PlainTextResponse("alive\n")

    async def ready(request: Request) -> Response:
        del request
        if await wiring.health.reachable():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("MongoDB does not answer\n", 503, {"retry-after": "2"})

    async def metrics(request: Request) -> Response:
        del request
        return PlainTextResponse("", media_type="text/plain; version=0.0.4")

    async def home(request: Request) -> Response:
        language = of_path(request.url.path) or "id"
        page = wiring.templates.get_template("home.html").render(
            language=language,
            path=request.url.path,
            query=request.url.query,
            theme="",
            words=partial(words, language=language),
        )
        return HTMLResponse(page)

    app.router.routes += [
        Route("/livez", live),
        Route("/readyz", ready),
        Route("/metrics", metrics),
        Route("/static/{name}", wiring.assets.serve),
        Route("/", to_language),
        Route("/{language:str}/", home),
    ]
    app.add_middleware(SecurityHeaders)
    return app
