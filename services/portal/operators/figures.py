"""A look at the stages as operators read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.views.moments import wib_text

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StageRow:
    """Texts; `waits`: something is there that the stage has not read."""

    name: str
    rate: str
    lag: str
    seconds: str
    entries: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Figures:
    people: str
    households: str
    rate: str
    waiting: str
    behind: str
    late: bool
    as_of: str
    stages: tuple[StageRow, ...]
    conflicts: tuple[tuple[str, str], ...]
    rejections: tuple[tuple[str, str], ...]
    newest: tuple[Json, ...]


def figures(status: Json, language: str) -> Figures:
    """`status`: as intake tells it."""
    rate = status["people_rate"]
    return Figures(
        people=number(status["people"], language),
        households=number(status["households"], language),
        rate="-" if rate is None else number(rate, language),
        waiting=number(status["waiting"], language),
        behind=number(status["behind_seconds"], language, places=1),
        late=status["waiting"] > 0,
        as_of="-" if status["as_of"] is None else wib_text(status["as_of"]),
        stages=tuple(_stage(each, language) for each in status["stages"]),
        conflicts=_counts(status["conflicts"], language),
        rejections=_counts(status["rejections"], language),
        newest=tuple({**each, "first_seen": wib_text(each["first_seen"])} for each in status["newest_rejections"]),
    )


def number(value: float, language: str, *, places: int = 0) -> str:
    """As the language writes it: 1,234.5 or 1.234,5."""
    text = f"{value:,.{places}f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def _stage(stage: Json, language: str) -> StageRow:
    rate = stage["rate"]
    return StageRow(
        name=stage["name"],
        rate="-" if rate is None else number(rate, language, places=1),
        lag=number(stage["lag"], language),
        seconds=number(stage["lag_seconds"], language, places=1),
        entries=number(stage["entries"], language),
        waits=stage["lag"] > 0,
    )


def _counts(counts: Mapping[str, int], language: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, number(count, language)) for name, count in counts.items())
