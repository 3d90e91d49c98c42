"""The page of a region: the nation's is the front page."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.dashboard.pages import numbers
from services.dashboard.pages.classes import PEOPLE, SHARES, Measure, class_of
from services.dashboard.pages.question import read_question
from services.dashboard.pages.rendering import Pages, language_of
from services.dashboard.texts import TEXTS, below
from services.dashboard.views import Views
from shared.domain.regions import NATION, Level, UnknownRegionError
from shared.runtime.targets import Target
from shared.web.languages import Language


class RegionPages:
    def __init__(self, pages: Pages, views: Views) -> None:
        self._pages = pages
        self._views = views

    def routes(self) -> Sequence[BaseRoute]:
        return [
            route
            for language in ("id", "en")
            for route in (Route(f"/{language}/", self.nation), Route(f"/{language}/regions/{{code}}", self.region))
        ]

    async def nation(self, request: Request) -> Response:
        return await self._show(request, NATION)

    async def region(self, request: Request) -> Response:
        return await self._show(request, request.path_params["code"])

    async def _show(self, request: Request, code: str) -> Response:
        question, language = read_question(request.query_params), language_of(request)
        try:
            view = await self._views.region(code, question)
        except UnknownRegionError:
            return self._pages.render(request, "not_found.html", here="", status=404, theme=question.theme)
        return self._pages.render(
            request,
            "region.html",
            here="live" if code == NATION else "",
            theme=question.theme,
            view=view,
            question=question,
            below=below(view.region.level, language),
            has_pages_below=view.region.level is not Level.VILLAGE,
            legend=legend(view.measure, language),
            view_shade=class_of(view.measure, view.figures.persons, view.share),
            target_day=lambda target: _day_of(target, language),
            live_words=json.dumps({key: TEXTS[key][language] for key in ("fresh", "pause")}),
        )


def legend(measure: Measure, language: Language) -> list[str]:
    """The words of each class."""
    bounds: tuple[float, ...] = SHARES if measure == "share" else PEOPLE

    def write(bound: float) -> str:
        if measure == "people":
            return numbers.compact(bound, language)
        return numbers.decimal(100 * bound, language, 2 if bound < 0.001 else 1 if bound < 0.01 else 0) + " %"

    between = [f"{write(low)} – {write(high)}" for low, high in pairwise(bounds)]
    return [f"< {write(bounds[0])}", *between, f"≥ {write(bounds[-1])}"]


def _day_of(target: Target, language: Language) -> str:
    return numbers.day_of(date.fromisoformat(target.day), language)
