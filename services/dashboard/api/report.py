"""`/api/v1/report`: the evaluation report as rows, first the region, then those below, then agencies."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.dashboard.api.answers import csv_answer, json_answer, problem
from services.dashboard.api.documents import Json, as_csv
from services.dashboard.pages.agencies import read_agency_question
from services.dashboard.pages.agency_view import AgencyRow
from services.dashboard.ports import StoreUnreachable
from services.dashboard.report import RegionRow, Report, Reports
from shared.domain.regions import UnknownRegionError

FIELDS: Final = ("kind", "code", "name", "rank", "rank_change", "expected", "counted", "share", "week", "share_before")


class ReportApi:
    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    def routes(self) -> Sequence[BaseRoute]:
        return [Route("/api/v1/report", self.as_json), Route("/api/v1/report.csv", self.as_csv)]

    async def as_json(self, request: Request) -> Response:
        return await self._answer(request, csv=False)

    async def as_csv(self, request: Request) -> Response:
        return await self._answer(request, csv=True)

    async def _answer(self, request: Request, *, csv: bool) -> Response:
        try:
            report = await self._reports.of(read_agency_question(request, self._reports.today))
        except UnknownRegionError:
            return problem(request, "region-unknown")
        except StoreUnreachable:
            return problem(request, "unavailable")
        if csv:
            name = f"cacah-report-{report.question.region}-{report.question.day}"
            return csv_answer(request, as_csv(FIELDS, _rows(report)), name)
        return json_answer(
            request,
            {
                "region": report.question.region,
                "date": report.question.day.isoformat(),
                "week_ago": report.week_ago.isoformat(),
                "hidden": report.agencies.hidden,
                "rows": _rows(report),
            },
        )


def _rows(report: Report) -> list[Json]:
    return [_of_region(row) for row in (report.whole, *report.regions)] + [
        _of_agency(row) for row in report.agencies.everyone
    ]


def _of_region(row: RegionRow) -> Json:
    expected = None if row.target is None else row.target.number
    return {"kind": "region", "code": row.code, "name": row.name, "expected": expected, "counted": row.persons} | _both(
        row
    )


def _of_agency(row: AgencyRow) -> Json:
    name = f"{row.office} {row.region_name}".strip()
    counted = row.number("responded")
    return {"kind": "agency", "code": row.code, "name": name, "expected": row.expected, "counted": counted} | _both(row)


def _both(row: RegionRow | AgencyRow) -> Json:
    return {
        "rank": row.rank,
        "rank_change": row.rank_change,
        "share": row.share,
        "week": row.week,
        "share_before": row.share_before,
    }
