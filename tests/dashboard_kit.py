"""A dashboard on totals in memory: a country that is being counted, with a past."""

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.dashboard.app import create_app
from services.dashboard.kafka import NoEnds
from services.dashboard.ports import LogEnds
from services.dashboard.release.agencies import Roster
from services.dashboard.store.memory import MemoryPublic, MemoryTotals
from services.dashboard.wiring import Wiring, wire
from shared.domain.census import WIB
from shared.domain.facts import BANDS
from shared.domain.regions import NATION, catalogue
from shared.runtime.partners import MemoryPartners
from shared.runtime.targets import shipped_targets
from tests.web import Browser

NOW = datetime(2026, 9, 26, 7, 3, 20, tzinfo=UTC)
"""14:03:20 in Jakarta."""
TODAY = NOW.astimezone(WIB).date()
_PEOPLE_A_FAMILY = 3.64
_AGES = (8, 8, 8, 8, 8, 8, 8, 8, 7, 7, 6, 5, 4, 3, 2, 2)
_OFFICES = ("DISDIK", "DINKES", "DUKCAPIL", "DPUPR", "SETDA", "KEMENAG", "BPS", "KPP")


def split(number: int, weights: Iterable[float]) -> list[int]:
    """Whole numbers that add up to `number`, by weight."""
    weights = list(weights)
    whole = sum(weights)
    parts = [int(number * weight / whole) for weight in weights]
    parts[0] += number - sum(parts)
    return parts


@dataclass(slots=True)
class Country:
    """Totals of every level, as an aggregator would have written them."""

    totals: MemoryTotals = field(default_factory=MemoryTotals)

    def add(self, village: str, families: int, chance: random.Random) -> None:
        persons = round(families * _PEOPLE_A_FAMILY)
        counters = {"households": families, "persons": persons}
        grades = split(families, (86 + chance.random() * 8, 7, 4, 2))
        counters |= {f"households_grade_{grade}": n for grade, n in zip("abcd", grades, strict=True)}
        male, female = split(persons, (0.499, 0.501))
        for sex, people in (("male", male), ("female", female)):
            counters |= {f"{sex}_{band}": n for band, n in zip(BANDS, split(people, _AGES), strict=True)}
        for region in (village, *catalogue().ancestors(village)):
            total = dict(self.totals.regions.get(region, {}))
            for name, number in counters.items():
                total[name] = total.get(name, 0) + number
            self.totals.regions[region] = total
        self.totals.version += 1

    def give_a_past(self, days: int, chance: random.Random) -> None:
        """Spread what is there over the days before today, in each regency at its own pace; today's own part is left
        for today."""
        when = [(TODAY - timedelta(days=days - number - 1)).isoformat() for number in range(days)]
        usual = [(1 + 3 * (number / days) ** 3) * (0.7 + 0.6 * chance.random()) for number in range(days)]
        self.totals.region_days = {day: {} for day in when}
        paces: dict[str, list[float]] = {}
        for district, counters in sorted(self.totals.regions.items()):
            if len(district) == len("35.09.12"):
                pace = paces.setdefault(district[:5], [weight * (0.8 + 0.4 * chance.random()) for weight in usual])
                for day, weight in zip(when, pace, strict=True):
                    share = weight / sum(pace)
                    added = {name: int(counters[name] * share) for name in ("persons", "households")}
                    self._receive(day, district, added)

    def _receive(self, day: str, district: str, added: dict[str, int]) -> None:
        received = self.totals.region_days[day]
        for region in (district, *catalogue().ancestors(district)):
            known = received.get(region, {})
            received[region] = {name: known.get(name, 0) + number for name, number in added.items()}

    def add_agency(self, agency: str, asn: int, others: int, chance: random.Random) -> None:
        counters: dict[str, int] = {}
        for kind, members in (("_asn", asn), ("_non_asn", others)):
            responded = int(members * (0.55 + 0.4 * chance.random()))
            clean = int(responded * 0.8)
            for name, number in (("members", members), ("responded", responded), ("clean", clean)):
                counters[f"{name}{kind}"] = number
                counters[name] = counters.get(name, 0) + number
        roster: Roster = {(TODAY - timedelta(days=30)).isoformat(): (asn, others)}
        self.totals.offices[agency] = (counters, roster)

    def give_agencies_a_past(self, days: int, chance: random.Random) -> None:
        """Spread the answers over the days up to today; the lists are as old."""
        when = [(TODAY - timedelta(days=days - number)).isoformat() for number in range(days + 1)]
        for agency, (counters, _) in self.totals.offices.items():
            answers = {name: number for name, number in counters.items() if not name.startswith("members")}
            names = {name: number for name, number in counters.items() if name.startswith("members")}
            weights = [(1 + 3 * (number / days) ** 2) * (0.5 + chance.random()) for number in range(days)]
            added: dict[str, dict[str, int]] = {day: {} for day in when[1:]}
            for kind in ("_asn", "_non_asn"):
                for what in ("responded", "clean"):
                    for day, part in zip(when[1:], split(answers[f"{what}{kind}"], weights), strict=True):
                        added[day][f"{what}{kind}"] = part
                        added[day][what] = added[day].get(what, 0) + part
            self.totals.office_days[agency] = {when[0]: names, **added}
            self.totals.offices[agency] = (counters, {when[0]: (names["members_asn"], names["members_non_asn"])})


def country(seed: int = 1, *, past: int = 60, with_agencies: int = 38) -> Country:
    """All provinces answer, East Java in every district. `with_agencies`: regencies there that have some."""
    chance, names, made = random.Random(seed), catalogue(), Country()
    known = {target.subject: target.number for target in shipped_targets()}
    for province in names.children(NATION):
        zeal = 0.03 + 0.3 * chance.random() ** 2
        for regency in names.children(province):
            people = known.get(regency, 300_000 * (0.3 + chance.random()))
            families = people * zeal * (0.5 + chance.random()) / _PEOPLE_A_FAMILY
            districts = names.children(regency) if province == "35" else names.children(regency)[:2]
            for district in districts:
                villages = names.children(district)[:8]
                for village in villages:
                    part = families / len(districts) / max(len(villages), 1)
                    if chance.random() > 0.06:
                        made.add(village, int(part * (0.6 + 0.8 * chance.random())), chance)
    if past:
        made.give_a_past(past, chance)
    for regency in names.children("35")[:with_agencies]:
        for office in _OFFICES:
            size = chance.randint(4, 220)
            made.add_agency(f"{regency}-{office}", size, size // 2, chance)
    if past:
        made.give_agencies_a_past(past, chance)
    return made


class Clock:
    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass(slots=True)
class Dashboard:
    """One worker. Another one on the same `store` is another worker of the same dashboard."""

    totals: MemoryTotals = field(default_factory=MemoryTotals)
    store: MemoryPublic = field(default_factory=MemoryPublic)
    clock: Clock = field(default_factory=Clock)
    ends: LogEnds = field(default_factory=NoEnds)
    partners: MemoryPartners = field(default_factory=MemoryPartners)
    wiring: Wiring = field(init=False)

    def __post_init__(self) -> None:
        self.store.known_targets = {target.subject: target for target in shipped_targets()}
        self.wiring = wire(self.totals, self.store, self.ends, now=self.clock, partners=self.partners)

    async def tick(self, seconds: float = 1.0) -> None:
        self.clock.forward(seconds=seconds)
        await self.wiring.releaser.tick()
        self.wiring.freshness.store_answered(self.clock())

    @property
    def browser(self) -> Browser:
        return Browser(create_app(self.wiring))


class RunningClock(Clock):
    """From NOW on, as fast as time goes."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        passed = timedelta(milliseconds=int(1000 * (time.monotonic() - self._began)))
        return self.now + passed


class CountedEnds:
    """A log of which everything is counted."""

    async def ends(self) -> tuple[int, ...] | None:
        return (0,)

    async def before(self, moment: datetime) -> tuple[int, ...] | None:
        return (0,)

    def close(self) -> None:
        pass
