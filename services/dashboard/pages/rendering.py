"""Templates with what all pages want in them."""

from functools import partial
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.dashboard.pages import numbers
from services.dashboard.pages.question import Theme
from services.dashboard.pages.tiles import fit, is_city, short_name
from services.dashboard.texts import words_in
from shared.web.languages import Language, negotiate, of_path

_HEADERS = {"cache-control": "public, max-age=1", "vary": "accept-encoding"}


class Pages:
    def __init__(self, templates: Environment) -> None:
        self._templates = templates

    def render(
        self, request: Request, template: str, *, here: str, status: int = 200, theme: Theme = "", **context: Any
    ) -> HTMLResponse:
        """`here`: the entry of the navigation that the page belongs to."""
        language = language_of(request)
        text = self._templates.get_template(template).render(
            language=language,
            path=request.url.path,
            query=request.url.query,
            theme=theme,
            here=here,
            words=words_in(language),
            **_spoken(language),
            **context,
        )
        return HTMLResponse(text, status, _HEADERS)


def language_of(request: Request) -> Language:
    """That of the address, or else of the browser."""
    return of_path(request.url.path) or negotiate(request.headers.get("accept-language", ""))


def _spoken(language: Language) -> dict[str, Any]:
    return {
        "whole": partial(numbers.whole, language=language),
        "decimal": partial(numbers.decimal, language=language),
        "percent": partial(numbers.percent, language=language),
        "signed": partial(numbers.signed, language=language),
        "compact": partial(numbers.compact, language=language),
        "day": partial(numbers.day_of, language=language),
        "period": partial(numbers.period_of, language=language),
        "moment": partial(numbers.moment_of, language=language),
        "time": numbers.time_of,
        "is_city": is_city,
        "short_name": short_name,
        "fit": fit,
    }
