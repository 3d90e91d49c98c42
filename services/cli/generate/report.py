"""What was made, beside what was published and what was asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Final

from services.cli.generate.arrivals import LAST_DAYS, Pace
from services.cli.generate.expect import Expectation
from services.cli.generate.plan import Plan
from services.cli.generate.stories import Story
from services.cli.generate.stream import Population
from services.cli.population import figures
from services.cli.population.figures import BANDS, NATION

_POINT: Final = 0.01
_SEX_WITHIN: Final = 0.3 * _POINT
_BAND_WITHIN: Final = 0.5 * _POINT
_AWAY_WITHIN: Final = 0.3 * _POINT
_SIGMAS: Final = 4
_ANOMALY_WITHIN: Final = 0.2
_RATE_WITHIN: Final = 0.2
_LATE_WITHIN: Final = 1.0 * _POINT
_SAME_DAY: Final = 1e-6
_FEWEST_PEOPLE, _MOST_PEOPLE = 3.14, 3.64


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: `made` should be within `tolerance` of `published`. Shares are from 0 to 1."""

    name: str
    made: float
    published: float
    tolerance: float

    @property
    def ok(self) -> bool:
        return abs(self.made - self.published) <= self.tolerance


class Tally:
    """Counts stories by what happens in them."""

    def __init__(self) -> None:
        self._stories = self._revised = self._repeated = self._shared = 0

    def add(self, story: Story) -> None:
        self._stories += 1
        shared = story.families > 1 or len({form.card for form in story.sent}) > 1
        self._shared += shared
        self._revised += not shared and len({form.id for form in story.sent}) > 1
        self._repeated += len({(form.id, form.revision) for form in story.sent}) < len(story.sent)

    def lines(self, plan: Plan) -> list[Line]:
        """Beside the plan's rates, which are no published figures but those of the census's experience."""
        made = (
            ("families that correct their form", self._revised, plan.traits.revisions),
            ("families whose form comes twice", self._repeated, plan.traits.repeats),
            ("families that share somebody with another", self._shared, plan.traits.shared_persons),
        )
        return [Line(name, number / max(1, self._stories), rate, _RATE_WITHIN * rate) for name, number, rate in made]


def compare(plan: Plan, population: Population, expectation: Expectation) -> list[Line]:
    """Every published figure that the plan is made from, once all lines were taken."""
    totals = expectation.totals()
    nation = totals.get(NATION, {})
    households, persons = nation.get("households", 0), max(1, nation.get("persons", 0))
    return [
        _people_per_family(persons / max(1, households)),
        Line("men", nation.get("male", 0) / persons, population.families.places.mean_male_share(), _SEX_WITHIN),
        Line(
            "away from the card's address",
            nation.get("away_from_card", 0) / persons,
            plan.traits.away_from_card,
            _AWAY_WITHIN,
        ),
        *_bands(nation, persons),
        *_regencies(totals, population.families.places.regency_shares(), households),
        *_anomalies(expectation.groups, plan.traits.anomalies, households),
    ]


def _people_per_family(made: float) -> Line:
    middle = (_FEWEST_PEOPLE + _MOST_PEOPLE) / 2
    return Line("people per family", made, middle, (_MOST_PEOPLE - _FEWEST_PEOPLE) / 2)


def _bands(nation: Mapping[str, int], persons: int) -> Iterable[Line]:
    for band, share in zip(BANDS, figures().band_share, strict=True):
        made = nation.get(f"male_{band}", 0) + nation.get(f"female_{band}", 0)
        yield Line(f"age {band}", made / persons, share, _BAND_WITHIN)


def _regencies(totals: Mapping[str, Mapping[str, int]], shares: Mapping[str, float], households: int) -> Iterable[Line]:
    """Families at home in each regency: their number varies as that of draws does."""
    for regency, share in shares.items():
        sigma = sqrt(max(share * (1 - share), 0.0) / max(1, households))
        made = totals.get(regency, {}).get("households", 0)
        yield Line(f"regency {regency}", made / max(1, households), share, _SIGMAS * sigma)


def _anomalies(groups: Mapping[str, int], rates: Mapping[str, float], households: int) -> Iterable[Line]:
    for group, rate in rates.items():
        yield Line(f"anomaly {group}", groups.get(group, 0) / max(1, households), rate, _ANOMALY_WITHIN * rate)


def arrivals(pace: Pace | None) -> list[Line]:
    """How many came at the end, if they came along the curve of 2020."""
    if pace is None or pace.late_share is None:
        return []
    (before,) = (share for time, share in figures().arrivals if abs(time - (1 - LAST_DAYS)) < _SAME_DAY)
    return [Line("lines in the last 8 of 105 days", pace.late_share, 1 - before, _LATE_WITHIN)]


def write_report(plan: Plan, lines: Iterable[Line], file: Path) -> None:
    """A Markdown table. Tolerances are those of 100,000 families; fewer vary more."""
    rows = [
        f"| {line.name} | {line.made:.5f} | {line.published:.5f} | {line.tolerance:.5f} | {_said(line)} |"
        for line in lines
    ]
    head = f"# {plan.households:,} families of region {plan.region}, seed {plan.seed}\n\n{_ABOUT}\n\n"
    table = "| share | made | published | within | |\n|---|---|---|---|---|\n"
    file.write_text(head + table + "\n".join(rows) + "\n", encoding="utf-8")


_ABOUT: Final = "Shares are of people, or of families; tolerances are those of 100,000 families, and fewer vary more."


def _said(line: Line) -> str:
    return "" if line.ok else "off"
