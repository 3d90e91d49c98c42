"""Maps of squares: one per region, arranged as the land lies. A square says nothing about area and hides nobody.

Columns and rows were set by hand; where nobody has set them, regions stand in order of their codes and the page says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_NATION: Final = """
11:0,0 12:1,1 13:1,2 14:2,2 15:2,3 16:3,4 17:2,4 18:3,5 19:4,3 21:4,2
31:5,5 36:4,6 32:5,6 33:6,6 34:6,7 35:7,6 51:8,6 52:9,6 53:10,6
61:6,2 62:7,3 63:8,3 64:8,2 65:8,1
71:12,1 75:11,1 72:11,2 76:10,3 74:11,3 73:10,4
81:13,4 82:14,2 96:15,2 92:16,2 94:17,3 91:18,2 95:18,3 93:18,4
"""
_EAST_JAVA: Final = """
35.23:3,0 35.24:4,0 35.25:5,0 35.26:7,0 35.27:8,0 35.28:9,0 35.29:10,0
35.21:1,1 35.22:3,1 35.76:5,1 35.78:6,1
35.20:0,2 35.77:1,2 35.19:2,2 35.18:3,2 35.17:4,2 35.16:5,2 35.15:6,2
35.02:1,3 35.71:3,3 35.06:4,3 35.79:5,3 35.14:6,3 35.75:7,3 35.74:8,3 35.13:9,3 35.12:10,3
35.01:0,4 35.03:1,4 35.04:2,4 35.72:3,4 35.05:4,4 35.73:5,4 35.07:6,4 35.08:7,4 35.09:8,4 35.11:9,4 35.10:10,4
"""
_SHORT: Final = {
    "11": "Aceh", "12": "Sumut", "13": "Sumbar", "14": "Riau", "15": "Jambi", "16": "Sumsel", "17": "Bengk",
    "18": "Lamp", "19": "Babel", "21": "Kepri", "31": "DKI", "32": "Jabar", "33": "Jateng", "34": "DIY",
    "35": "Jatim", "36": "Banten", "51": "Bali", "52": "NTB", "53": "NTT", "61": "Kalbar", "62": "Kalteng",
    "63": "Kalsel", "64": "Kaltim", "65": "Kaltara", "71": "Sulut", "72": "Sulteng", "73": "Sulsel", "74": "Sultra",
    "75": "Gtlo", "76": "Sulbar", "81": "Maluku", "82": "Malut", "91": "Papua", "92": "Pabar", "93": "Pasel",
    "94": "Pateng", "95": "Papeg", "96": "PBD",
}  # fmt: skip
_PREFIXES: Final = ("Kabupaten Administrasi ", "Kota Administrasi ", "Kabupaten ", "Kota ")
_WIDE: Final = 8
_SHORT_LENGTH: Final = 11


@dataclass(frozen=True, slots=True)
class Place:
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Layout:
    """`as_the_land_lies`: set by hand, not in order of codes."""

    places: Mapping[str, Place]
    as_the_land_lies: bool

    @property
    def columns(self) -> int:
        return 1 + max((place.column for place in self.places.values()), default=0)

    @property
    def rows(self) -> int:
        return 1 + max((place.row for place in self.places.values()), default=0)


def _parse(text: str) -> dict[str, Place]:
    places = {}
    for entry in text.split():
        code, _, position = entry.partition(":")
        column, _, row = position.partition(",")
        places[code] = Place(int(column), int(row))
    return places


_BY_HAND: Final = {"00": _parse(_NATION), "35": _parse(_EAST_JAVA)}


def layout(parent: str, children: Sequence[str]) -> Layout:
    known = _BY_HAND.get(parent, {})
    if known.keys() >= set(children):
        return Layout({code: known[code] for code in children}, as_the_land_lies=True)
    places = {code: Place(*reversed(divmod(number, _WIDE))) for number, code in enumerate(children)}
    return Layout(places, as_the_land_lies=False)


def fit(label: str) -> str:
    """The class of a square whose label is long."""
    return " long" if len(label) > 7 else " middling" if len(label) > 5 else ""


def is_city(name: str) -> bool:
    return name.startswith("Kota ")


def short_name(code: str, name: str) -> str:
    """What fits in a square."""
    if code in _SHORT:
        return _SHORT[code]
    bare = next((name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix)), name)
    return bare if len(bare) <= _SHORT_LENGTH else bare[: _SHORT_LENGTH - 1] + "."
