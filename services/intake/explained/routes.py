"""`/problems`: the list, and a page for each type of problem. A program that asks for JSON gets JSON."""

from functools import partial

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from services.intake.asgi import encode
from services.intake.explained.catalogue import Explanation, answers, sections
from services.intake.explained.words import words
from services.intake.pages import assets, render
from services.intake.problems import Refused
from shared.web.languages import LANGUAGES, Language, negotiate
from shared.web.security import SecurityHeaders


def explanation_routes() -> list[Route]:
    known, listed = answers(), sections()

    def page(request: Request, name: str, language: Language, **context: object) -> Response:
        body = render(name, language, request.url.path, partial(words, language=language), **context)
        return HTMLResponse(body, headers={"content-language": language, "cache-control": "public, max-age=3600"})

    async def to_language(request: Request) -> Response:
        """A problem's `type` names no language: it is the same for everybody."""
        code = request.path_params.get("code", "")
        if code and code not in known:
            raise Refused("not-found")
        if code and "application/json" in request.headers.get("accept", ""):
            return Response(encode(_as_json(known[code])), media_type="application/json")
        language = negotiate(request.headers.get("accept-language", ""))
        return RedirectResponse(f"/{language}/problems{'/' if code else ''}{code}", 302, {"vary": "accept-language"})

    async def show_list(request: Request) -> Response:
        return page(request, "problems.html", _language(request), sections=listed)

    async def show(request: Request) -> Response:
        language = _language(request)
        found = known.get(request.path_params["code"])
        if found is None:
            raise Refused("not-found")
        return page(request, "problem.html", language, found=found)

    # On these routes only: the hot ones answer programs.
    headers = [Middleware(SecurityHeaders)]
    return [
        Route("/static/{name}", assets().serve, middleware=headers),
        Route("/problems", to_language),
        Route("/problems/{code}", to_language),
        Route("/{language}/problems", show_list, middleware=headers),
        Route("/{language}/problems/{code}", show, middleware=headers),
    ]


def _language(request: Request) -> Language:
    named = request.path_params["language"]
    for language in LANGUAGES:
        if named == language:
            return language
    raise Refused("not-found")


def _as_json(found: Explanation) -> dict[str, object]:
    return {
        "code": found.code,
        "status": found.status,
        "title": {language: found.message.in_language(language) for language in LANGUAGES},
        "remedy": {language: found.remedy.in_language(language) for language in LANGUAGES},
    }
