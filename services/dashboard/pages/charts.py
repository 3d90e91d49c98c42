"""Geometry of the charts. Templates draw them as SVG; numbers are rounded so that pages stay small."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, log10
from typing import Final

from services.dashboard.ports import DayFigures
from shared.domain.facts import BANDS

SPARK_DAYS: Final = 14
SPARK_WIDTH, SPARK_HEIGHT = 84, 20
DAYS_WIDTH, DAYS_HEIGHT = 720, 220
_MOST_DAYS: Final = 120
PYRAMID_HALF, PYRAMID_ROW = 150, 15


@dataclass(frozen=True, slots=True)
class Bar:
    day: date
    added: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Days:
    """`line`: cumulative people, as SVG points. `top`: what the scale of the line ends at. `target_y` is None where the
    target is unknown or far above."""

    bars: tuple[Bar, ...]
    line: str
    first: date
    last: date
    most_added: int
    top: int
    target_y: float | None


@dataclass(frozen=True, slots=True)
class Band:
    label: str
    male: int
    female: int
    male_width: float
    female_width: float


def sparkline(days: Sequence[DayFigures], until: date) -> str:
    """SVG points of people counted over the last days; empty where there are fewer than two."""
    first = until - timedelta(days=SPARK_DAYS - 1)
    points = [(date.fromisoformat(each.day), each.persons) for each in days if date.fromisoformat(each.day) >= first]
    if len(points) < 2:
        return ""
    low, high = points[0][1], max(1, *(people for _, people in points))
    span = max(high - low, 1)
    return " ".join(
        f"{(day - first).days / (SPARK_DAYS - 1) * SPARK_WIDTH:.0f},"
        f"{SPARK_HEIGHT - 1 - (people - low) / span * (SPARK_HEIGHT - 3):.0f}"
        for day, people in points
    )


def days_chart(days: Sequence[DayFigures], target: int | None) -> Days | None:
    """None where nothing was counted on any day."""
    known = [(date.fromisoformat(each.day), each.persons) for each in days][-_MOST_DAYS:]
    if not known:
        return None
    before = days[-len(known) - 1].persons if len(days) > len(known) else 0
    first, last = known[0][0], known[-1][0]
    count = (last - first).days + 1
    most = max(people - earlier for (_, people), earlier in zip(known, [before, *(p for _, p in known)], strict=False))
    most = max(most, 1)
    shown_target = target if target is not None and target <= 4 * known[-1][1] else None
    top = _round_up(max(known[-1][1], shown_target or 1))
    slot = DAYS_WIDTH / max(count, 14)
    bars, line = [], []
    for (day, people), earlier in zip(known, [before, *(p for _, p in known)], strict=False):
        added = people - earlier
        x = (day - first).days * slot
        height = max(added, 0) / most * (DAYS_HEIGHT * 0.45)
        bars.append(
            Bar(
                day,
                added,
                round(x + slot * 0.1, 1),
                round(DAYS_HEIGHT - height, 1),
                round(slot * 0.8, 1),
                round(height, 1),
            )
        )
        line.append(f"{x + slot / 2:.1f},{DAYS_HEIGHT - people / top * DAYS_HEIGHT:.1f}")
    target_y = None if shown_target is None else round(DAYS_HEIGHT - shown_target / top * DAYS_HEIGHT, 1)
    return Days(tuple(bars), " ".join(line), first, last, most, top, target_y)


def pyramid(people: Mapping[str, int] | None) -> tuple[Band, ...]:
    """Oldest first."""
    if not people:
        return ()
    widest = max(1, *people.values())
    return tuple(
        Band(
            label=_years(band),
            male=people[f"male_{band}"],
            female=people[f"female_{band}"],
            male_width=round(people[f"male_{band}"] / widest * PYRAMID_HALF, 1),
            female_width=round(people[f"female_{band}"] / widest * PYRAMID_HALF, 1),
        )
        for band in reversed(BANDS)
    )


def _years(band: str) -> str:
    if band == "75_up":
        return "75+"
    low, _, high = band.partition("_")
    return f"{int(low)}–{int(high)}"


def _round_up(number: int) -> int:
    """To a number with one or two digits that are not zero."""
    size: int = 10 ** max(int(log10(number)) - 1, 0)
    return ceil(number / size) * size
