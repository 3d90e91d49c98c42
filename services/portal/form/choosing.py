"""Choosing where somebody lives: province, regency, district, village, one short list after the other."""

from dataclasses import dataclass

from shared.domain.regions import NATION, Level, Region, UnknownRegionError, catalogue

_BELOW = {
    Level.NATION: Level.PROVINCE,
    Level.PROVINCE: Level.REGENCY,
    Level.REGENCY: Level.DISTRICT,
    Level.DISTRICT: Level.VILLAGE,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """`chosen`: from the province down. `level` and `options`: what is to be chosen next."""

    chosen: tuple[Region, ...]
    level: Level
    options: tuple[Region, ...]

    @property
    def last(self) -> bool:
        return self.level is Level.VILLAGE


def choice_under(code: str) -> Choice:
    """`code`: how far the choice has come; the nation for not at all, as for a code that there is not."""
    regions = catalogue()
    known = code if code in regions and regions.level(code) in _BELOW else NATION
    above = [each for each in reversed((known, *regions.ancestors(known))) if each != NATION]
    return Choice(
        chosen=tuple(regions.region(each) for each in above),
        level=_BELOW[regions.level(known)],
        options=tuple(regions.region(each) for each in regions.children(known)),
    )


def place_name(village: str) -> str:
    """From the village up to the province; the code itself where it is of another edition of the list."""
    regions = catalogue()
    try:
        return ", ".join(regions.name(each) for each in (village, *regions.ancestors(village)) if each != NATION)
    except UnknownRegionError:
        return village


def narrowed(code: str) -> bool:
    """Whether it is a region that something is chosen under."""
    regions = catalogue()
    return code in regions and regions.level(code) in _BELOW
