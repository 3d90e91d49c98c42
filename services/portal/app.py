"""The application: what the portal serves."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from services.portal.forwarding import Forwarding
from services.portal.guard import SameOrigin
from services.portal.intake.port import IntakeAway, NotAllowed, Unknown
from services.portal.metrics import CountAnswers
from services.portal.operators.aside import Aside
from services.portal.operators.desk import Desk, SignedOut
from services.portal.operators.reviews import Reviews
from services.portal.operators.views import Operators
from services.portal.views.failing import Failing
from services.portal.views.filling import Filling
from services.portal.views.people import People
from services.portal.views.receipts import Receipts
from services.portal.views.saving import Saving
from services.portal.views.sending import Sending
from services.portal.views.starting import Starting
from services.portal.views.status import Status
from services.portal.wiring import Wiring
from shared.web.languages import LANGUAGES, to_language
from shared.web.security import SecurityHeaders

View = Callable[[Request], Awaitable[Response]]
Page = tuple[str, View, View | None]
"""Path, what it shows, and what it does with what is posted to it."""


def create_app(wiring: Wiring) -> FastAPI:
    failing = Failing(wiring.site)
    desk = Desk(wiring.site, wiring.badges, wiring.operations)
    operators = Operators(desk)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        async with wiring.client:
            yield

    app = FastAPI(
        title="Cacah portal",
        version="1",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={
            **failing.handlers(),
            SignedOut: operators.signed_out,
            NotAllowed: operators.signed_out,
            Unknown: failing.missing,
            IntakeAway: operators.away,
        },
    )

    async def metrics(request: Request) -> Response:
        del request
        return PlainTextResponse(wiring.site.metrics.as_text(), media_type="text/plain; version=0.0.4")

    app.router.routes += [
        Route("/livez", _live),
        Route("/readyz", _live),
        Route("/metrics", metrics),
        Route("/static/{name}", wiring.site.assets.serve),
        Route("/", to_language),
        *_under_languages(_pages_of_operators(operators, Reviews(desk), Aside(desk))),
        *_under_languages(_pages_of_families(wiring)),
    ]
    app.add_middleware(Forwarding)
    app.add_middleware(SameOrigin)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(CountAnswers, metrics=wiring.site.metrics)
    return app


def _pages_of_families(wiring: Wiring) -> list[Page]:
    site = wiring.site
    starting, filling, people = Starting(site, wiring.now), Filling(site), People(site)
    sending, receipts, saving, status = Sending(site), Receipts(site), Saving(site), Status(site, wiring.waiting)
    return [
        ("", starting.show, None),
        ("new", starting.start, starting.new),
        ("correct", starting.ask_correction, starting.correct),
        ("form/people", people.show, None),
        ("form/people/{person:int}/remove", people.doubt, people.remove),
        ("form/people/{person:int}/check", sending.check_person, None),
        ("form/check", sending.check, sending.send),
        ("form/{slug:path}", filling.show, filling.answer),
        ("receipt", receipts.show, None),
        ("receipt/qr.svg", receipts.picture, None),
        ("receipt/file", receipts.file, None),
        ("done", receipts.leave, receipts.done),
        ("save", saving.ask, saving.save),
        ("saved", saving.saved, None),
        ("resume", saving.ask_resume, saving.resume),
        ("status", status.show, status.look),
    ]


def _pages_of_operators(operators: Operators, reviews: Reviews, aside: Aside) -> list[Page]:
    return [
        ("operators/", operators.overview, None),
        ("operators/figures", operators.fragment, None),
        ("operators/sign-in", operators.ask_key, operators.sign_in),
        ("operators/sign-out", operators.ask_key, operators.sign_out),
        ("operators/conflicts", reviews.list, None),
        ("operators/conflicts/{conflict}", reviews.show, reviews.decide),
        ("operators/aside", aside.list, None),
        ("operators/aside/{topic}/{partition:int}/{offset:int}", aside.show, aside.act),
    ]


def _under_languages(pages: list[Page]) -> list[BaseRoute]:
    """Each page under the prefix of each language."""
    return [
        Route(f"/{language}/{path}", view, methods=[method])
        for language in LANGUAGES
        for path, show, take in pages
        for method, view in (("GET", show), ("POST", take))
        if view is not None
    ]


async def _live(request: Request) -> Response:
    """Ready as soon as it lives: a family can fill in its form while intake is away."""
    del request
    return PlainTextResponse("alive\n")
