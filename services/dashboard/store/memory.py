"""Totals and releases in memory: for tests, and for looking at pages without a system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.dashboard.ports import AgencyRelease, Closing, Counters, DayFigures, Reading, Step, StoreUnreachable
from services.dashboard.release.agencies import Roster, Shown
from services.dashboard.release.blocks import COUNTED, QUALITY
from services.dashboard.release.release import Moved
from shared.runtime.targets import Target


@dataclass(slots=True)
class MemoryTotals:
    """`away`: say StoreUnreachable until it is set back."""

    regions: dict[str, Counters] = field(default_factory=dict)
    region_days: dict[str, dict[str, Counters]] = field(default_factory=dict)
    offices: dict[str, tuple[Counters, Roster]] = field(default_factory=dict)
    office_days: dict[str, dict[str, Counters]] = field(default_factory=dict)
    counted_up_to: tuple[int, ...] = (0,)
    version: int = 1
    away: bool = False

    async def changed_since(self, version: int) -> Reading | None:
        self._reach()
        totals = self.regions if version < self.version else {}
        return Reading(self.version, self.counted_up_to, dict(totals)) if self.regions else None

    async def days(self, after: str, before: str) -> Mapping[str, Mapping[str, Counters]]:
        self._reach()
        return {day: regions for day, regions in sorted(self.region_days.items()) if after < day < before}

    async def agencies(self) -> Mapping[str, tuple[Counters, Roster]]:
        self._reach()
        return dict(self.offices)

    async def agency_days(self) -> Mapping[str, Mapping[str, Counters]]:
        self._reach()
        return dict(self.office_days)

    async def reachable(self) -> bool:
        return not self.away

    def _reach(self) -> None:
        if self.away:
            raise StoreUnreachable("away")


class MemoryPublic:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.known_targets: dict[str, Target] = {}
        self.closed: Closing | None = None
        self.kept: tuple[int, Mapping[str, Counters], Mapping[str, Counters]] | None = None
        self.signed: bytes | None = None
        self._days: dict[str, dict[str, DayFigures]] = {}
        self._agencies: dict[str, AgencyRelease] = {}
        self._agency_days: dict[tuple[str, str], Shown] = {}

    async def prepare(self) -> None:
        pass

    async def newer_than(self, number: int) -> Step | None:
        fresh = self.steps[number:]
        if not fresh:
            return None
        moved: Moved = {}
        for step in fresh:
            for region, blocks in step.moved.items():
                moved.setdefault(region, {}).update(blocks)
        return Step(fresh[-1].number, fresh[-1].at, fresh[-1].day, moved, fresh[-1].closed_at)

    async def publish(self, step: Step) -> bool:
        if step.number != len(self.steps) + 1:
            return False
        self.steps.append(step)
        for region, blocks in step.moved.items():
            if QUALITY.has(region):
                figures = COUNTED.named(blocks[COUNTED.name])
                self._days.setdefault(region, {})[step.day] = DayFigures(region, step.day, **figures)
        return True

    async def history(self, regions: Sequence[str], since: str) -> Sequence[DayFigures]:
        return [
            each
            for region in sorted(regions)
            for day, each in sorted(self._days.get(region, {}).items())
            if day >= since
        ]

    async def agencies(self) -> Mapping[str, AgencyRelease]:
        return dict(self._agencies)

    async def publish_agencies(self, released: Sequence[AgencyRelease]) -> None:
        for each in released:
            known = self._agencies.get(each.agency)
            if known is None or known.looked_at < each.looked_at:
                self._agencies[each.agency] = each
            if each.shown is not None and each.shown.period == each.looked_at:
                self._agency_days.setdefault((each.agency, each.shown.period), each.shown)

    async def agency_history(self, agencies: Sequence[str] | None, since: str) -> Mapping[str, Sequence[Shown]]:
        found: dict[str, list[Shown]] = {}
        for (agency, period), shown in sorted(self._agency_days.items(), key=lambda item: item[0][1]):
            if period >= since and (agencies is None or agency in agencies):
                found.setdefault(agency, []).append(Shown(period, shown.counters, {}))
        return found

    async def targets(self) -> Mapping[str, Target]:
        return dict(self.known_targets)

    async def closing(self) -> Closing | None:
        return self.closed

    async def keep_public(self, step: int, regions: Mapping[str, Counters], agencies: Mapping[str, Counters]) -> None:
        self.kept = self.kept or (step, regions, agencies)

    async def signed_figures(self) -> bytes | None:
        return self.signed
