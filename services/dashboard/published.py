"""The released figures in memory: what every page, answer and stream is made from."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.dashboard.ports import Step
from services.dashboard.release.blocks import BLOCKS, COUNTED, PEOPLE, QUALITY
from services.dashboard.release.release import Release
from shared.runtime.targets import Target

_PACE: Final = timedelta(seconds=60)
"""What the rate is measured over."""
_LEAST_PACE: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is shown of a region. `counted` is None where it is fewer than ten families, or nobody.

    `at`: when it last moved. `rate`: people a second, over the last minute at most.
    """

    region: str
    persons: int | None
    households: int | None
    grades: Mapping[str, int] | None
    people: Mapping[str, int] | None
    at: datetime | None
    rate: float | None

    @property
    def clean(self) -> int | None:
        return None if self.grades is None else self.grades["households_grade_a"]

    @property
    def clean_share(self) -> float | None:
        """Of the families that the grades are of."""
        total = 0 if self.grades is None else sum(self.grades.values())
        return None if not total or self.clean is None else self.clean / total


class Published:
    def __init__(self) -> None:
        self.release = Release()
        self.targets: Mapping[str, Target] = {}
        self.step = 0
        self.at: datetime | None = None
        self.day = ""
        self.closed_at: str | None = None
        """RFC 3339; from then on nothing moves."""
        self._moved_at: dict[str, tuple[int, datetime]] = {}
        self._pace: dict[str, deque[tuple[datetime, int]]] = {}

    def accept(self, step: Step) -> None:
        self.release.accept(step.moved)
        self.step, self.at, self.day, self.closed_at = step.number, step.at, step.day, step.closed_at
        for region, blocks in step.moved.items():
            self._moved_at[region] = (step.number, step.at)
            # Districts and villages are too many, and too slow for a rate to say much.
            if PEOPLE.has(region):
                pace = self._pace.setdefault(region, deque())
                pace.append((step.at, blocks[COUNTED.name][0]))
                while len(pace) > 2 and pace[1][0] <= step.at - _PACE:
                    pace.popleft()

    def figures(self, region: str, now: datetime) -> Figures:
        counted = self.release.shown(region, COUNTED)
        return Figures(
            region=region,
            persons=None if counted is None else counted["persons"],
            households=None if counted is None else counted["households"],
            grades=self.release.shown(region, QUALITY) if QUALITY.has(region) else None,
            people=self.release.shown(region, PEOPLE) if PEOPLE.has(region) else None,
            at=self._moved_at[region][1] if region in self._moved_at else None,
            rate=self._rate(region, now),
        )

    def everything(self) -> Mapping[str, Mapping[str, int]]:
        """Region -> counter -> number, of all that is shown."""
        shown = {region: [self.release.shown(region, block) for block in BLOCKS] for region in self.release.regions()}
        return {
            region: {name: number for block in blocks if block for name, number in block.items()}
            for region, blocks in sorted(shown.items())
        }

    def moved_after(self, region: str, step: int) -> bool:
        return region in self._moved_at and self._moved_at[region][0] > step

    def target(self, subject: str) -> Target | None:
        return self.targets.get(subject)

    def _rate(self, region: str, now: datetime) -> float | None:
        pace = self._pace.get(region)
        if not pace or len(pace) < 2:
            return None
        recent = [(at, people) for at, people in pace if at >= now - 2 * _PACE]
        if len(recent) < 2:
            return 0.0
        span = max(now - recent[0][0], _LEAST_PACE)
        return max(recent[-1][1] - recent[0][1], 0) / span.total_seconds()
