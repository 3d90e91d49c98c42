"""Views as JSON and CSV. A figure that is not shown is null, and empty in CSV; a share is a number from 0 to 1."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any, Final

from services.dashboard.pages.region_view import RegionView, Row, share_of
from services.dashboard.ports import DayFigures
from services.dashboard.published import Figures
from shared.runtime.targets import Target

Json = dict[str, Any]

ROW_FIELDS: Final = (
    "rank",
    "region",
    "name",
    "persons",
    "households",
    "share",
    "clean_share",
    "week",
    "as_of",
    "final",
)
DAY_FIELDS: Final = ("region", "day", "persons", "households")


def region_document(view: RegionView) -> Json:
    return {
        "region": view.region.code,
        "name": view.region.name,
        "level": str(view.region.level),
        "step": view.step,
        "final": final_document(view.closed_at),
        "as_of": _time(view.figures),
        **_figures(view.figures),
        "share": view.share,
        "week": view.week,
        "target": _target(view.target),
        "grades": _grades(view.figures),
        "people": _people(view.figures),
    }


def children_document(view: RegionView) -> Json:
    return {
        "region": view.region.code,
        "step": view.step,
        "final": final_document(view.closed_at),
        "as_of": None if view.at is None else view.at.isoformat().replace("+00:00", "Z"),
        "measure": view.measure,
        "children": [row_document(row) for row in view.rows],
    }


def final_document(closed_at: str | None) -> Json | None:
    """Said of figures that do not move any more, with the place of their signature."""
    return None if closed_at is None else {"closed_at": closed_at, "signed": "/api/v1/final"}


def row_document(row: Row) -> Json:
    return {
        "rank": row.rank,
        "rank_change": row.rank_change,
        "region": row.code,
        "name": row.name,
        **_figures(row.figures),
        "share": row.share,
        "week": row.week,
        "target": _target(row.target),
        "as_of": _time(row.figures),
    }


def history_document(region: str, days: Sequence[DayFigures]) -> Json:
    return {
        "region": region,
        "days": [{"day": each.day, "persons": each.persons, "households": each.households} for each in days],
    }


def live_document(view: RegionView, rows: Iterable[Row], *, moved: bool) -> Json:
    """What the page changes. `rows`: those that moved."""
    fresh = view.fresh
    message: Json = {
        "step": view.step,
        "fresh": {
            "counted_at": None if fresh.counted_at is None else fresh.counted_at.isoformat().replace("+00:00", "Z"),
            "behind": None if fresh.behind is None else round(fresh.behind, 1),
            "stale": fresh.stale,
        },
    }
    if view.closed_at is not None:
        message["final"] = final_document(view.closed_at)
    if moved:
        message["region"] = {
            **_live_figures(view.figures),
            "share": share_of(view.figures.persons, view.target),
            "week": view.week,
            "rate": view.figures.rate,
        }
        message["children"] = [
            {"region": row.code, **_live_figures(row.figures), "share": row.share, "week": row.week, "shade": row.shade}
            for row in rows
        ]
    return message


def children_csv(view: RegionView) -> str:
    final = {"final": view.closed_at}
    return as_csv(ROW_FIELDS, (row_document(row) | final for row in view.rows))


def history_csv(days: Sequence[DayFigures]) -> str:
    rows = ({name: getattr(each, name) for name in DAY_FIELDS} for each in days)
    return as_csv(DAY_FIELDS, rows)


def as_csv(fields: Sequence[str], rows: Iterable[Json]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, fields, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _figures(figures: Figures) -> Json:
    return {"persons": figures.persons, "households": figures.households, "clean_share": figures.clean_share}


def _live_figures(figures: Figures) -> Json:
    return {"persons": figures.persons, "households": figures.households, "clean": figures.clean_share}


def _target(target: Target | None) -> Json | None:
    return None if target is None else {"number": target.number, "source": target.source, "date": target.day}


def _grades(figures: Figures) -> Json | None:
    if figures.grades is None:
        return None
    return {name.removeprefix("households_grade_").upper(): number for name, number in figures.grades.items()}


def _people(figures: Figures) -> Json | None:
    return None if figures.people is None else dict(figures.people)


def _time(figures: Figures) -> str | None:
    return None if figures.at is None else figures.at.isoformat().replace("+00:00", "Z")
