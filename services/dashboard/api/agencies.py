"""`/api/v1/agencies/...`"""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.dashboard.access import Access, KeyRefused
from services.dashboard.agency_views import AgencyViews
from services.dashboard.api.answers import csv_answer, json_answer, problem
from services.dashboard.api.documents import Json, as_csv, final_document
from services.dashboard.pages.agencies import read_agency_question
from services.dashboard.pages.agency_view import AgencyRow
from services.dashboard.ports import StoreUnreachable as FiguresAway
from services.dashboard.ports import Totals
from shared.domain.regions import UnknownRegionError
from shared.runtime.partners import StoreUnreachable as PartnersAway

_COUNTERS: Final = tuple(
    f"{what}{kind}" for kind in ("", "_asn", "_non_asn") for what in ("members", "responded", "clean")
)
FIELDS: Final = ("rank", "rank_change", "agency", "region", "expected", "share", "week", *_COUNTERS, "few", "as_of")


def agency_document(row: AgencyRow) -> Json:
    """A counter that is not shown is null."""
    return {
        "rank": row.rank,
        "rank_change": row.rank_change,
        "agency": row.code,
        "region": row.region or None,
        "expected": row.expected,
        "target": None
        if row.target is None
        else {"number": row.target.number, "source": row.target.source, "date": row.target.day},
        "share": row.share,
        "week": row.week,
        **{name: row.counters.get(name) for name in _COUNTERS},
        "few": row.few or None,
        "as_of": row.period,
    }


class AgencyApi:
    def __init__(self, agencies: AgencyViews, totals: Totals, access: Access) -> None:
        self._agencies = agencies
        self._totals = totals
        self._access = access

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route("/api/v1/agencies", self.ranking),
            Route("/api/v1/agencies.csv", self.ranking_as_csv),
            Route("/api/v1/agencies/own", self.own),
            Route("/api/v1/agencies/{code}", self.agency),
            Route("/api/v1/agencies/{code}/history", self.history),
        ]

    async def ranking(self, request: Request) -> Response:
        return await self._ranking(request, csv=False)

    async def ranking_as_csv(self, request: Request) -> Response:
        return await self._ranking(request, csv=True)

    async def agency(self, request: Request) -> Response:
        question = read_agency_question(request, self._agencies.today)
        try:
            row = await self._agencies.agency(request.path_params["code"], question.day)
        except FiguresAway:
            return problem(request, "unavailable")
        if row is None:
            return problem(request, "agency-unknown")
        return json_answer(request, agency_document(row) | {"final": final_document(self._agencies.closed_at)})

    async def history(self, request: Request) -> Response:
        try:
            history = await self._agencies.history(request.path_params["code"])
        except FiguresAway:
            return problem(request, "unavailable")
        if not history:
            return problem(request, "agency-unknown")
        periods = [{"as_of": each.period, **each.counters} for each in history]
        return json_answer(request, {"agency": request.path_params["code"], "periods": periods})

    async def own(self, request: Request) -> Response:
        """What the holder of a key sees of its own agencies, beside what everybody does."""
        kind, _, text = request.headers.get("authorization", "").partition(" ")
        try:
            holder = await self._access.holder(text if kind.lower() == "bearer" else "")
            lists = {
                code: counters.get("members", 0) for code, (counters, _) in (await self._totals.agencies()).items()
            }
            seen = await self._agencies.own(None if holder.agencies is None else sorted(holder.agencies), lists)
        except KeyRefused as refused:
            return problem(request, refused.code)
        except (FiguresAway, PartnersAway):
            return problem(request, "unavailable")
        answer = json_answer(
            request,
            {
                "agencies": [
                    {
                        "agency": each.code,
                        "members_on_list": each.on_list,
                        "why": str(each.why),
                        "decided_in": each.looked_at,
                        "shown": None if each.row is None else agency_document(each.row),
                    }
                    for each in seen
                ]
            },
        )
        answer.headers["cache-control"] = "no-store"
        return answer

    async def _ranking(self, request: Request, *, csv: bool) -> Response:
        question = read_agency_question(request, self._agencies.today)
        try:
            view = await self._agencies.agencies(question)
        except UnknownRegionError:
            return problem(request, "region-unknown")
        except FiguresAway:
            return problem(request, "unavailable")
        rows = [agency_document(row) for row in view.rows]
        if csv:
            return csv_answer(request, as_csv(FIELDS, rows), f"cacah-agencies-{question.region}-{question.day}")
        return json_answer(
            request,
            {
                "region": question.region,
                "date": question.day.isoformat(),
                "final": final_document(self._agencies.closed_at),
                "hidden": view.hidden,
                "agencies": rows,
            },
        )
