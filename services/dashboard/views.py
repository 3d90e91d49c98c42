"""From a request to a view: the one way to the figures, whatever they are then written as."""

from collections.abc import Callable
from datetime import datetime

from services.dashboard.freshness import Freshness
from services.dashboard.histories import Histories, History
from services.dashboard.pages.question import Question
from services.dashboard.pages.region_view import RegionView, Sources, region_view
from services.dashboard.ports import StoreUnreachable
from services.dashboard.published import Published
from shared.domain.regions import Catalogue


class Views:
    def __init__(
        self,
        published: Published,
        freshness: Freshness,
        histories: Histories,
        catalogue: Catalogue,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self.published = published
        self.catalogue = catalogue
        self._freshness = freshness
        self._histories = histories
        self._now = now

    async def history(self, code: str) -> History:
        """Days of a region and those below it. Raises UnknownRegionError, StoreUnreachable."""
        return await self._histories.of(code)

    async def region(self, code: str, question: Question) -> RegionView:
        """Raises UnknownRegionError. With MongoDB away the history is left out: the figures are in memory."""
        self.catalogue.name(code)
        try:
            history = await self._histories.of(code)
        except StoreUnreachable:
            history = {}
        sources = Sources(self.published, self.catalogue, history, self._freshness.fresh(), self._now())
        return region_view(code, question, sources)
