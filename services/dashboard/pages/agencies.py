"""The pages of agencies: ranking, one agency, the evaluation report, and an agency's own view by its key."""

from collections.abc import Sequence
from datetime import date
from typing import Any, get_args
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.dashboard.access import Access, KeyRefused
from services.dashboard.agency_views import AgencyQuestion, AgencyViews, usual_direction
from services.dashboard.pages.agency_view import AgencySort
from services.dashboard.pages.question import read_question
from services.dashboard.pages.rendering import Pages, language_of
from services.dashboard.ports import StoreUnreachable as FiguresAway
from services.dashboard.ports import Totals
from services.dashboard.report import Reports
from services.dashboard.texts import below
from shared.domain.regions import NATION, UnknownRegionError
from shared.runtime.partners import StoreUnreachable as PartnersAway

_LONGEST_BODY = 2_000
_PRIVATE = {"cache-control": "no-store"}


def read_agency_question(request: Request, today: date) -> AgencyQuestion:
    """What is not understood is as if it was not asked. A day to come is today."""
    given = request.query_params
    sort: AgencySort = next((each for each in get_args(AgencySort) if each == given.get("sort")), "rank")
    try:
        day = min(date.fromisoformat(given.get("date", "")), today)
    except ValueError:
        day = today
    order = given.get("order", "")
    descending = order == "desc" if order in {"asc", "desc"} else usual_direction(sort)
    search = given.get("q", "").strip()[:60]
    return AgencyQuestion(day, given.get("region") or NATION, sort, descending=descending, search=search)


class AgencyPages:
    def __init__(self, pages: Pages, agencies: AgencyViews, reports: Reports, totals: Totals, access: Access) -> None:
        self._pages = pages
        self._agencies = agencies
        self._reports = reports
        self._totals = totals
        self._access = access

    def routes(self) -> Sequence[BaseRoute]:
        return [
            route
            for language in ("id", "en")
            for route in (
                Route(f"/{language}/agencies", self.ranking),
                Route(f"/{language}/agencies/{{code}}", self.agency),
                Route(f"/{language}/report", self.report),
                Route(f"/{language}/own", self.own, methods=["GET", "POST"]),
            )
        ]

    async def ranking(self, request: Request) -> Response:
        question = read_agency_question(request, self._agencies.today)
        try:
            view = await self._agencies.agencies(question)
        except UnknownRegionError:
            return self._pages.render(request, "not_found.html", here="", status=404)
        except FiguresAway:
            return self._away(request)
        return self._shown(request, "agencies.html", question, view=view)

    async def report(self, request: Request) -> Response:
        question = read_agency_question(request, self._agencies.today)
        try:
            report = await self._reports.of(question)
        except UnknownRegionError:
            return self._pages.render(request, "not_found.html", here="", status=404)
        except FiguresAway:
            return self._away(request)
        names_below = below(report.level, language_of(request))
        return self._shown(request, "report.html", question, view=report.agencies, report=report, below=names_below)

    async def agency(self, request: Request) -> Response:
        try:
            row = await self._agencies.agency(request.path_params["code"], self._agencies.today)
            history = await self._agencies.history(request.path_params["code"])
        except FiguresAway:
            return self._away(request)
        if row is None:
            return self._pages.render(request, "no_agency.html", here="agencies", status=404)
        theme = read_question(request.query_params).theme
        return self._pages.render(request, "agency.html", here="agencies", theme=theme, row=row, history=history)

    async def own(self, request: Request) -> Response:
        refused, seen, holder = "", None, None
        if request.method == "POST":
            try:
                holder = await self._access.holder(await _key_of(request))
                lists = {
                    code: counters.get("members", 0) for code, (counters, _) in (await self._totals.agencies()).items()
                }
                seen = await self._agencies.own(None if holder.agencies is None else sorted(holder.agencies), lists)
            except KeyRefused as problem:
                refused = problem.code
            except (FiguresAway, PartnersAway):
                return self._away(request)
        status = 403 if refused else 200
        page = self._pages.render(
            request, "own.html", here="own", status=status, refused=refused.replace("-", "_"), seen=seen, holder=holder
        )
        page.headers.update(_PRIVATE)
        return page

    def _shown(self, request: Request, template: str, question: AgencyQuestion, **shown: Any) -> Response:
        return self._pages.render(
            request,
            template,
            here="agencies",
            theme=read_question(request.query_params).theme,
            question=question,
            closed_at=self._agencies.closed_at,
            link=lambda **changes: _link(request, **changes),
            **shown,
        )

    def _away(self, request: Request) -> Response:
        return self._pages.render(request, "away.html", here="agencies", status=503)


async def _key_of(request: Request) -> str:
    """Of a form, in the body: an address is kept in too many places."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_BODY:
            return ""
    return parse_qs(body.decode("ascii", "replace")).get("key", [""])[0]


def _link(request: Request, **changes: object) -> str:
    """This page with another question."""
    asked = {**request.query_params, **{name: str(value) for name, value in changes.items()}}
    text = urlencode({name: value for name, value in asked.items() if value})
    return request.url.path + (f"?{text}" if text else "")
