"""What is to be made: how many families, where, from which seed, and how often what goes wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from services.cli.population import figures
from shared.domain.census import DEFAULT_CENSUS_DAY

MAX_HOUSEHOLDS: Final = 90_000_000
"""The nation has 86 million family cards."""


def _jember() -> Mapping[str, float]:
    return figures().anomalies


@dataclass(frozen=True, slots=True)
class Traits:
    """Rates are shares of the families, unless they say otherwise."""

    people_per_family: float = 3.4
    """Between 3.14 on a family card and 3.64 in a form sent online (2020)."""
    away_from_card: float = 0.0687
    """Share of the people who do not live at the address on their card (East Java, 2020)."""
    without_card: float = 0.003
    """Families that have no card number and use a code of the form."""
    revisions: float = 0.05
    repeats: float = 0.02
    """A line sent again as it was."""
    reused_ids: float = 0.001
    """A second form under the id of the first, with other answers."""
    shared_persons: float = 0.005
    """Families of which somebody, or everybody, stands in another family's form as well."""
    broken: float = 0.01
    """Lines that no system may count, as a share of the families; they come on top of them."""
    anomalies: Mapping[str, float] = field(default_factory=_jember)
    """Families with a warning, by group of rules."""
    latest: int = 5_000
    """A line that depends on an earlier one follows within about so many lines."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The same plan makes the same bytes.

    `region`: code of any level, `00` for the nation. `households`: families, each with its own card or code.
    """

    households: int
    seed: int = 1
    region: str = "00"
    census_day: date = DEFAULT_CENSUS_DAY
    traits: Traits = field(default_factory=Traits)

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: there would be no or too many households.
        """
        if not 1 <= self.households <= MAX_HOUSEHOLDS:
            raise ValueError(f"households: must be from 1 to {MAX_HOUSEHOLDS:,}")
