"""Every region of the country that has a number today, read from the file that ships in `data`."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from shared.domain.regions.codes import NATION, Level, UnknownRegionError

_FILE: Final = Path(__file__).with_name("data") / "regions.txt"
_LEVELS: Final = {2: Level.PROVINCE, 5: Level.REGENCY, 8: Level.DISTRICT, 13: Level.VILLAGE}
_DISTRICT: Final = 8
_AFTER_DOT: Final = "/"
"""The character after the dot: `[code + ".", code + "/")` is what lies under `code` in a sorted list."""


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name: str
    level: Level


class Catalogue:
    """One edition of the list of regions.

    Provinces, regencies and districts are in memory at once (some 8,000 names). Villages, ten times as many, stay in
    the lines that they came in until somebody asks for their district, or for the list of all of them.
    """

    def __init__(self, text: str) -> None:
        """`text`: the format that `scripts/build_regions.py` writes.

        Raises:
            ValueError: the text is of another format.
        """
        first, _, body = text.partition("\n")
        mark, _, self.version = first.partition("\t")
        if mark != "cacah-regions 1":
            raise ValueError("not a region catalogue of format 1: make it again with scripts/build_regions.py")
        self._names = {NATION: "Indonesia"}
        self._lines: dict[str, str] = {}
        by_length: dict[int, list[str]] = {2: [], 5: [], 8: []}
        for line in body.splitlines():
            code, _, rest = line.partition("\t")
            by_length[len(code)].append(code)
            self._names[code], _, self._lines[code] = rest.partition("\t")
        self._codes = {_LEVELS[length]: tuple(codes) for length, codes in by_length.items()}
        self._villages_of: dict[str, dict[str, str]] = {}

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self._find(code) is not None

    def has_village(self, code: str) -> bool:
        """As `in`, for villages alone, of which every form names one."""
        district = code[:_DISTRICT]
        return code in (self._villages_of.get(district) or self._villages_in(district))

    def name(self, code: str) -> str:
        """
        Raises:
            UnknownRegionError: here and in every method below that takes a code.
        """
        name = self._find(code)
        if name is None:
            raise UnknownRegionError
        return name

    def level(self, code: str) -> Level:
        self.name(code)
        return Level.NATION if code == NATION else _LEVELS[len(code)]

    def region(self, code: str) -> Region:
        return Region(code, self.name(code), self.level(code))

    def parent(self, code: str) -> str | None:
        """The region one level up; None for the nation."""
        self.name(code)
        if code == NATION:
            return None
        return code.rpartition(".")[0] or NATION

    def ancestors(self, code: str) -> tuple[str, ...]:
        """From the parent up to the nation, which comes last."""
        above = []
        parent = self.parent(code)
        while parent is not None:
            above.append(parent)
            parent = self.parent(parent)
        return tuple(above)

    def children(self, code: str) -> Sequence[str]:
        """The regions one level down, in order of their codes; none for a village."""
        match self.level(code):
            case Level.NATION:
                return self._codes[Level.PROVINCE]
            case Level.PROVINCE:
                return _under(code, self._codes[Level.REGENCY])
            case Level.REGENCY:
                return _under(code, self._codes[Level.DISTRICT])
            case Level.DISTRICT:
                return tuple(self._villages_in(code))
            case Level.VILLAGE:
                return ()

    @cached_property
    def villages(self) -> Sequence[str]:
        """All leaves in order of their codes."""
        return tuple(
            f"{district}.{entry[:4]}"
            for district in self._codes[Level.DISTRICT]
            for entry in _entries(self._lines[district])
        )

    def villages_under(self, code: str) -> Sequence[str]:
        """The leaves under a region; of a village, itself."""
        level = self.level(code)
        if level is Level.VILLAGE:
            return (code,)
        return self.villages if level is Level.NATION else _under(code, self.villages)

    def codes(self, level: Level) -> Sequence[str]:
        """Every code of a level, in order."""
        if level is Level.NATION:
            return (NATION,)
        return self.villages if level is Level.VILLAGE else self._codes[level]

    def _find(self, code: str) -> str | None:
        if len(code) <= _DISTRICT:
            return self._names.get(code)
        return self._villages_in(code[:_DISTRICT]).get(code)

    def _villages_in(self, district: str) -> dict[str, str]:
        villages = self._villages_of.get(district)
        if villages is None:
            line = self._lines.get(district) if len(district) == _DISTRICT else None
            if line is None:
                return {}
            villages = {f"{district}.{entry[:4]}": entry[4:] for entry in _entries(line)}
            self._villages_of[district] = villages
        return villages


@cache
def catalogue() -> Catalogue:
    """The edition that ships with this version of the code. Opened when first asked for, then kept."""
    return Catalogue(_FILE.read_text(encoding="utf-8"))


def _entries(line: str) -> list[str]:
    return line.split("\t") if line else []


def _under(code: str, ordered: Sequence[str]) -> Sequence[str]:
    return ordered[bisect_left(ordered, code + ".") : bisect_left(ordered, code + _AFTER_DOT)]
