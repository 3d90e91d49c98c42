"""What a report shows beside the exact totals, which an audit has recounted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pymongo import MongoClient

from shared.runtime.settings import Settings

Row = Mapping[str, str]
"""A line of the report's CSV."""


@dataclass(frozen=True, slots=True)
class Line:
    """`shown...` None: not shown."""

    kind: str
    code: str
    name: str
    shown: int | None
    exact: int
    shown_week: int | None
    exact_week: int


def compare(settings: Settings, rows: Sequence[Row], today: date) -> list[Line]:
    """Region: what the days after a week ago added. Agency: its figures move as a day begins, so the day of a week ago
    is among those that came since."""
    client: MongoClient[dict[str, Any]] = MongoClient(settings.mongo)
    week_ago = (today - timedelta(days=7)).isoformat()
    found = []
    with client:
        database = client[settings.database]
        for row in rows:
            region = row["kind"] == "region"
            totals, days, field = (
                ("regions", "region_days", "region") if region else ("agencies", "agency_days", "agency")
            )
            counter = "persons" if region else "responded"
            whole = database[totals].find_one({field: row["code"]})
            since = {field: row["code"], "day": {"$gt" if region else "$gte": week_ago}}
            week = sum(each["counters"].get(counter, 0) for each in database[days].find(since))
            exact = whole["counters"].get(counter, 0) if whole else 0
            found.append(
                Line(row["kind"], row["code"], row["name"], _number(row["counted"]), exact, _number(row["week"]), week)
            )
    return found


def differing(lines: Sequence[Line]) -> list[Line]:
    """Shown, and not what it is."""
    return [
        line for line in lines if line.shown not in {None, line.exact} or line.shown_week not in {None, line.exact_week}
    ]


def as_table(lines: Sequence[Line]) -> str:
    head = ("| | code | shown | exact | since a week before: shown | exact |", "|---|---|--:|--:|--:|--:|")
    body = [
        f"| {line.name} | `{line.code}` | {_text(line.shown)} | {line.exact:,} | {_text(line.shown_week)} "
        f"| {line.exact_week:,} |"
        for line in lines
    ]
    return "\n".join((*head, *body))


def _number(text: str) -> int | None:
    return int(text) if text else None


def _text(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"
