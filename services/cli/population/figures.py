"""The figures of `data`, read once; `data/PROVENANCE.md` says where they come from and what they are worth."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).with_name("data")

NATION: Final = "00"
BANDS: Final = (*(f"{low:02d}_{low + 4:02d}" for low in range(0, 75, 5)), "75_up")
"""Five-year age bands, the last one open."""
FAMILIES_CHECKED_IN_JEMBER: Final = 37_819
"""The families that the anomalies of Jember are out of."""


@dataclass(frozen=True, slots=True)
class Figures:
    people: Mapping[str, int]
    """By region: the nation, today's provinces where 2020's still stand, East Java's regencies."""
    male_share: Mapping[str, float]
    """By the same regions, as far as known. Shares from the register are shifted alike within a province, and within
    the nation, so that they add up to the census's count by sex there."""
    divided: Mapping[str, str]
    """Province of today -> name in `people` of the province of 2020 that it was part of."""
    age_share: tuple[float, ...]
    """By single year from 0; sums to 1."""
    arrivals: tuple[tuple[float, float], ...]
    """(time, people) that had answered, both as shares of the whole, from (0, 0) to (1, 1)."""
    anomalies: Mapping[str, float]
    """Share of families whose form shows an anomaly, by group of rules."""

    @property
    def band_share(self) -> tuple[float, ...]:
        """Of each of BANDS; sums to 1."""
        last = len(BANDS) - 1
        return (
            *(sum(self.age_share[5 * band : 5 * band + 5]) for band in range(last)),
            sum(self.age_share[5 * last :]),
        )


@cache
def figures() -> Figures:
    people = {row["region"]: int(row["people"]) for row in _rows("people.csv")}
    return Figures(
        people=people,
        male_share=_male_share(people),
        divided={today: then for then in people for today in then.split() if today != then},
        age_share=_age_share(),
        arrivals=_arrivals(),
        anomalies={
            row["group"]: int(row["families"]) / FAMILIES_CHECKED_IN_JEMBER for row in _rows("anomalies_jember.csv")
        },
    )


def _male_share(people: Mapping[str, int]) -> Mapping[str, float]:
    rows = [row for row in _rows("people.csv") if row["male_share"]]
    shares = {row["region"]: float(row["male_share"]) for row in rows}
    loose = {row["region"] for row in rows if row["male_share_from"] == "register"}
    regencies = [region for region in people if "." in region]
    _meet(shares, NATION, [region for region in people if region != NATION and "." not in region], loose, people)
    for province in {region[:2] for region in regencies}:
        _meet(shares, province, [region for region in regencies if region[:2] == province], loose, people)
    return shares


def _meet(
    shares: dict[str, float], whole: str, parts: Sequence[str], loose: AbstractSet[str], people: Mapping[str, int]
) -> None:
    missing = sum(people[part] * (shares[whole] - shares.get(part, shares[whole])) for part in parts)
    shift = missing / sum(people[part] for part in parts if part in loose)
    for part in parts:
        if part in loose:
            shares[part] += shift


def _age_share() -> tuple[float, ...]:
    percent = [
        float(row["percent_per_year"]) for row in _rows("ages.csv") for _ in range(int(row["from"]), int(row["to"]) + 1)
    ]
    return tuple(each / sum(percent) for each in percent)


def _arrivals() -> tuple[tuple[float, float], ...]:
    points = [(int(row["day"]), int(row["people"])) for row in _rows("arrivals_jember.csv")]
    last_day, everybody = points[-1]
    return tuple((day / last_day, people / everybody) for day, people in points)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="ascii", newline="") as file:
        yield from csv.DictReader(file)
