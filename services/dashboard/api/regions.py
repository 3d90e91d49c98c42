"""`/api/v1/regions/...`"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.dashboard.api.answers import bytes_answer, csv_answer, json_answer, problem
from services.dashboard.api.documents import (
    children_csv,
    children_document,
    history_csv,
    history_document,
    live_document,
    region_document,
)
from services.dashboard.pages.question import read_question
from services.dashboard.pages.region_view import RegionView
from services.dashboard.ports import PublicStore, StoreUnreachable
from services.dashboard.views import Views
from shared.domain.regions import UnknownRegionError

_ALL_DAYS = "0000-00-00"


class RegionApi:
    def __init__(self, views: Views, store: PublicStore) -> None:
        self._views = views
        self._store = store

    def routes(self) -> Sequence[BaseRoute]:
        base = "/api/v1/regions/{code}"
        return [
            Route(base, self.region),
            Route(f"{base}/children", self.children),
            Route(f"{base}/children.csv", self.children_as_csv),
            Route(f"{base}/history", self.history),
            Route(f"{base}/history.csv", self.history_as_csv),
            Route(f"{base}/live", self.live),
            Route("/api/v1/final", self.final),
        ]

    async def region(self, request: Request) -> Response:
        try:
            return json_answer(request, region_document(await self._view(request)))
        except UnknownRegionError:
            return problem(request, "region-unknown")

    async def children(self, request: Request) -> Response:
        try:
            return json_answer(request, children_document(await self._view(request)))
        except UnknownRegionError:
            return problem(request, "region-unknown")

    async def children_as_csv(self, request: Request) -> Response:
        try:
            view = await self._view(request)
        except UnknownRegionError:
            return problem(request, "region-unknown")
        return csv_answer(request, children_csv(view), f"cacah-{view.region.code}")

    async def history(self, request: Request) -> Response:
        return await self._history(request, as_csv=False)

    async def history_as_csv(self, request: Request) -> Response:
        return await self._history(request, as_csv=True)

    async def live(self, request: Request) -> Response:
        """What a stream would send, for those whose network lets no stream through."""
        try:
            view = await self._view(request)
        except UnknownRegionError:
            return problem(request, "region-unknown")
        return json_answer(request, live_document(view, view.everyone, moved=True))

    async def final(self, request: Request) -> Response:
        """The document that was signed, byte for byte."""
        try:
            signed = await self._store.signed_figures()
        except StoreUnreachable:
            return problem(request, "unavailable")
        return problem(request, "not-closed") if signed is None else bytes_answer(request, signed)

    async def _view(self, request: Request) -> RegionView:
        return await self._views.region(request.path_params["code"], read_question(request.query_params))

    async def _history(self, request: Request, *, as_csv: bool) -> Response:
        code = request.path_params["code"]
        if code not in self._views.catalogue:
            return problem(request, "region-unknown")
        try:
            days = await self._store.history([code], _ALL_DAYS)
        except StoreUnreachable:
            return problem(request, "unavailable")
        if as_csv:
            return csv_answer(request, history_csv(days), f"cacah-{code}-days")
        return json_answer(request, history_document(code, days))
