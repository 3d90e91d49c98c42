"""The evaluation report of a region for a date: target and realisation, who leads, who lags, what changed in a week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from services.dashboard.agency_views import AgenciesView, AgencyQuestion, AgencyViews
from services.dashboard.pages.region_view import WEEK, people_on, ranks_of, share_of
from services.dashboard.ports import DayFigures
from services.dashboard.views import Views
from shared.domain.regions import Level
from shared.runtime.targets import Target

_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class RegionRow:
    """As of the end of the report's day; `..._before`: a week earlier. None: not shown, or no target."""

    code: str
    name: str
    target: Target | None
    persons: int | None
    persons_before: int | None
    rank: int | None = None
    rank_before: int | None = None

    @property
    def share(self) -> float | None:
        return share_of(self.persons, self.target)

    @property
    def share_before(self) -> float | None:
        return share_of(self.persons_before, self.target)

    @property
    def week(self) -> int | None:
        return None if self.persons is None or self.persons_before is None else self.persons - self.persons_before

    @property
    def gain(self) -> float | None:
        """Of the share."""
        return None if self.share is None or self.share_before is None else self.share - self.share_before

    @property
    def rank_change(self) -> int | None:
        """Places won."""
        return None if self.rank is None or self.rank_before is None else self.rank_before - self.rank


@dataclass(frozen=True, slots=True)
class Report:
    """`regions`: those below, by rank; without a rank by name, last."""

    question: AgencyQuestion
    level: Level
    whole: RegionRow
    regions: tuple[RegionRow, ...]
    agencies: AgenciesView

    @property
    def week_ago(self) -> date:
        return self.question.day - WEEK

    @property
    def leaders(self) -> tuple[RegionRow, ...]:
        return tuple(row for row in self.regions if row.rank is not None)[:_NAMED]

    @property
    def laggards(self) -> tuple[RegionRow, ...]:
        """The very last first; none of the leaders."""
        return tuple(reversed([row for row in self.regions if row.rank is not None][_NAMED:][-_NAMED:]))

    @property
    def climbers(self) -> tuple[RegionRow, ...]:
        """Who gained most of their share since a week before."""
        known = [row for row in self.regions if row.gain is not None and row.gain > 0]
        return tuple(sorted(known, key=lambda row: -(row.gain or 0))[:_NAMED])


class Reports:
    def __init__(self, views: Views, agencies: AgencyViews) -> None:
        self._views = views
        self._agencies = agencies

    @property
    def today(self) -> date:
        return self._agencies.today

    async def of(self, question: AgencyQuestion) -> Report:
        """Raises UnknownRegionError, StoreUnreachable."""
        agencies = await self._agencies.agencies(question)
        history = await self._views.history(question.region)
        names = self._views.catalogue
        rows = [self._row(code, history, question.day) for code in names.children(question.region)]
        whole = self._row(question.region, history, question.day)
        return Report(question, names.level(question.region), whole, _ranked(rows), agencies)

    def _row(self, code: str, history: Mapping[str, Sequence[DayFigures]], day: date) -> RegionRow:
        days, target = history.get(code, ()), self._views.published.target(code)
        name = self._views.catalogue.name(code)
        return RegionRow(code, name, target, people_on(days, day), people_on(days, day - WEEK))


def _ranked(rows: Sequence[RegionRow]) -> tuple[RegionRow, ...]:
    """By share."""
    now, before = (
        ranks_of({row.code: row.share for row in rows}),
        ranks_of({row.code: row.share_before for row in rows}),
    )
    ranked = [replace(row, rank=now.get(row.code), rank_before=before.get(row.code)) for row in rows]
    return tuple(sorted(ranked, key=lambda row: (row.rank is None, row.rank or 0, row.name)))
