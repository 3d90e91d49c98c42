"""What the page of a region shows, before any word or number is written. The table, CSV and JSON are the same rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.dashboard.freshness import Fresh
from services.dashboard.pages.charts import Band, Days, days_chart, pyramid, sparkline
from services.dashboard.pages.classes import Measure, class_of
from services.dashboard.pages.question import Question
from services.dashboard.pages.tiles import Layout, layout
from services.dashboard.ports import DayFigures
from services.dashboard.published import Figures, Published
from shared.domain.census import WIB
from shared.domain.regions import Catalogue, Level, Region
from shared.runtime.targets import Target

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Row:
    """One region of the table. `rank` is by the measure of the page; `rank_before` a week ago. None: not known, or too
    few to be shown."""

    code: str
    name: str
    figures: Figures
    target: Target | None
    share: float | None
    week: int | None
    rank: int | None
    rank_before: int | None
    shade: int | None
    spark: str

    @property
    def rank_change(self) -> int | None:
        """Places won."""
        return None if self.rank is None or self.rank_before is None else self.rank_before - self.rank


@dataclass(frozen=True, slots=True)
class RegionView:
    """`rows`: as asked for; `everyone`: all of them, for the map. `since`: the first day of `week`."""

    region: Region
    above: tuple[Region, ...]
    figures: Figures
    target: Target | None
    share: float | None
    week: int | None
    fresh: Fresh
    step: int
    at: datetime | None
    measure: Measure
    everyone: tuple[Row, ...]
    rows: tuple[Row, ...]
    tiles: Layout | None
    days: Days | None
    bands: tuple[Band, ...]
    today: date
    closed_at: str | None
    """Where the figures are final: when the census was closed, RFC 3339."""

    @property
    def targets_known(self) -> int:
        return sum(row.target is not None for row in self.everyone)


@dataclass(frozen=True, slots=True)
class Sources:
    """What a view is made from."""

    published: Published
    catalogue: Catalogue
    history: Mapping[str, Sequence[DayFigures]]
    fresh: Fresh
    now: datetime


def region_view(code: str, question: Question, sources: Sources) -> RegionView:
    """Raises UnknownRegionError."""
    names, published, now = sources.catalogue, sources.published, sources.now
    today = now.astimezone(WIB).date()
    target, figures = published.target(code), published.figures(code, now)
    children = names.children(code)
    measure = question.measure or ("share" if _most_have_targets(children, published) else "people")
    everyone = _rows(children, measure, sources, today)
    has_map = names.level(code) in {Level.NATION, Level.PROVINCE}
    own_days = sources.history.get(code, ())
    return RegionView(
        region=names.region(code),
        above=tuple(names.region(each) for each in reversed(names.ancestors(code))),
        figures=figures,
        target=target,
        share=share_of(figures.persons, target),
        week=added_since(own_days, figures.persons, today - WEEK),
        fresh=sources.fresh,
        step=published.step,
        at=published.at,
        measure=measure,
        everyone=everyone,
        rows=asked(everyone, question),
        tiles=layout(code, children) if has_map else None,
        days=days_chart(own_days, target.number if target else None),
        bands=pyramid(figures.people),
        today=today,
        closed_at=published.closed_at,
    )


def share_of(persons: int | None, target: Target | None) -> float | None:
    """Of a known number only: there is no share of a guess."""
    return None if persons is None or target is None or not target.number else persons / target.number


def added_since(days: Sequence[DayFigures], now: int | None, day: date) -> int | None:
    """People counted after the end of `day`; None where nothing was shown then."""
    before = people_on(days, day)
    return None if now is None or before is None else now - before


def people_on(days: Sequence[DayFigures], day: date) -> int | None:
    """What was shown at the end of a day."""
    known = [each.persons for each in days if each.day <= day.isoformat()]
    return known[-1] if known else None


def asked(rows: Sequence[Row], question: Question) -> tuple[Row, ...]:
    """Found and in order; rows without the figure come last either way."""
    wanted = question.search.casefold()
    found = [row for row in rows if wanted in row.name.casefold() or row.code.startswith(wanted)]
    value: Callable[[Row], Any] = {
        "rank": lambda row: row.rank,
        "name": lambda row: row.name.removeprefix("Kabupaten ").casefold(),
        "persons": lambda row: row.figures.persons,
        "households": lambda row: row.figures.households,
        "share": lambda row: row.share,
        "clean": lambda row: row.figures.clean_share,
        "week": lambda row: row.week,
    }[question.sort]
    with_value = sorted((row for row in found if value(row) is not None), key=value, reverse=question.descending)
    return (*with_value, *(row for row in found if value(row) is None))


def _most_have_targets(children: Sequence[str], published: Published) -> bool:
    return 2 * sum(published.target(child) is not None for child in children) > len(children)


def _rows(children: Sequence[str], measure: Measure, sources: Sources, today: date) -> tuple[Row, ...]:
    published = sources.published
    figures = {child: published.figures(child, sources.now) for child in children}
    before = {child: people_on(sources.history.get(child, ()), today - WEEK) for child in children}
    ranks = ranks_of({child: _worth(measure, each.persons, published.target(child)) for child, each in figures.items()})
    ranks_before = ranks_of({child: _worth(measure, before[child], published.target(child)) for child in children})
    return tuple(
        Row(
            code=child,
            name=sources.catalogue.name(child),
            figures=figures[child],
            target=published.target(child),
            share=share_of(figures[child].persons, published.target(child)),
            week=added_since(sources.history.get(child, ()), figures[child].persons, today - WEEK),
            rank=ranks.get(child),
            rank_before=ranks_before.get(child),
            shade=class_of(measure, figures[child].persons, share_of(figures[child].persons, published.target(child))),
            spark=sparkline(sources.history.get(child, ()), today),
        )
        for child in children
    )


def _worth(measure: Measure, persons: int | None, target: Target | None) -> float | None:
    return share_of(persons, target) if measure == "share" else persons


def ranks_of(worth: Mapping[str, float | None]) -> dict[str, int]:
    """From 1, the most first; equals share a rank."""
    ordered = sorted((value for value in worth.values() if value is not None), reverse=True)
    first = {value: place for place, value in reversed(list(enumerate(ordered, start=1)))}
    return {code: first[value] for code, value in worth.items() if value is not None}
