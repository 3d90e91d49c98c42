"""Where families live: villages, drawn by the people of their regency or province."""

import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from zlib import crc32

from services.cli.population import Figures
from services.cli.population.figures import NATION
from shared.domain.regions import Catalogue


class Places:
    """The villages under one region.

    The figures know the people of East Java's regencies, elsewhere of provinces only. Below that, a village's size
    is made up: between one half and one and a half of the usual, by a hash of its code.
    """

    def __init__(self, region: str, catalogue: Catalogue, figures: Figures) -> None:
        """
        Raises:
            UnknownRegionError: the catalogue has no such region.
        """
        self.villages: Sequence[str] = catalogue.villages_under(region)
        self._figures = figures
        sizes = _village_sizes(self.villages, catalogue, figures)
        self._cumulative = list(accumulate(sizes))
        self._total = self._cumulative[-1]

    def draw(self, rng: random.Random) -> str:
        return self.villages[bisect_right(self._cumulative, rng.random() * self._total)]

    def male_share(self, village: str) -> float:
        """Share of men that the figures give for the village's regency (or the regency itself), province or nation."""
        shares = self._figures.male_share
        return shares.get(village[:5]) or shares.get(village[:2]) or shares[NATION]

    def mean_male_share(self) -> float:
        """Over the villages, by their people."""
        shares = self.regency_shares()
        return sum(share * self.male_share(regency) for regency, share in shares.items())

    def regency_shares(self) -> dict[str, float]:
        """Share of the families in each regency."""
        shares: dict[str, float] = {}
        before = 0.0
        for village, cumulative in zip(self.villages, self._cumulative, strict=True):
            shares[village[:5]] = shares.get(village[:5], 0.0) + (cumulative - before) / self._total
            before = cumulative
        return shares


def unit_of(village: str, figures: Figures) -> str:
    """The smallest region around the village whose people are known."""
    regency, province = village[:5], village[:2]
    return regency if regency in figures.people else figures.divided.get(province, province)


def _village_sizes(villages: Sequence[str], catalogue: Catalogue, figures: Figures) -> list[float]:
    raw: dict[str, float] = {}
    wanted = {unit_of(village, figures) for village in villages}
    for village in catalogue.villages:
        unit = unit_of(village, figures)
        if unit in wanted:
            raw[unit] = raw.get(unit, 0.0) + _relative_size(village)
    return [
        _relative_size(village) * figures.people[unit] / raw[unit] for village, unit in _with_units(villages, figures)
    ]


def _with_units(villages: Sequence[str], figures: Figures) -> list[tuple[str, str]]:
    return [(village, unit_of(village, figures)) for village in villages]


def _relative_size(village: str) -> float:
    return 0.5 + crc32(village.encode("ascii")) / 2**32
