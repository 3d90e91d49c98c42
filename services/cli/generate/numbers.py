"""Card numbers and NIKs that never repeat, without a memory of those already given.

Within a district people get a running number, and from it their serial. Whoever gets the same serial as somebody
before gets the next day of the year: `slot = (hash of the serial + turn) mod 365`. So two numbers of a district differ
in the serial or in the day, as long as a district has no more than 9,999 x 365 people.
"""

from datetime import date, timedelta
from typing import Final
from zlib import crc32

_SERIALS: Final = 9_999
_STRIDE: Final = 7_919
"""Coprime to the number of serials, so that neighbours in time are not neighbours in number."""
_YEAR: Final = tuple(
    (day.month, day.day) for day in (date(2025, 1, 1) + timedelta(days=number) for number in range(365))
)
_CARD_DAYS: Final = tuple(
    f"{date.fromordinal(number):%d%m%y}" for number in range(date(2005, 1, 1).toordinal(), date(2026, 1, 1).toordinal())
)


class Niks:
    """`census_day`: ages are completed years on this day, and nobody is born after it."""

    def __init__(self, seed: int, census_day: date) -> None:
        self._serials = _Serials(f"nik:{seed}", len(_YEAR))
        self._census = (census_day.month, census_day.day)
        self._year = census_day.year

    def issue(self, district: str, *, female: bool, age: int) -> tuple[str, date]:
        """A new number and its owner's birth date. `district`: six digits.

        Raises:
            ValueError: the district has given all its numbers.
        """
        serial, slot = self._serials.next(district)
        month, day = _YEAR[slot]
        year = self._year - age - ((month, day) > self._census)
        marked = day + 40 if female else day
        return f"{district}{marked:02d}{month:02d}{year % 100:02d}{serial:04d}", date(year, month, day)


class Cards:
    def __init__(self, seed: int) -> None:
        self._serials = _Serials(f"card:{seed}", len(_CARD_DAYS))

    def issue(self, district: str) -> str:
        """A new family card's number. Raises as `Niks.issue` does."""
        serial, slot = self._serials.next(district)
        return f"{district}{_CARD_DAYS[slot]}{serial:04d}"


class _Serials:
    def __init__(self, salt: str, slots: int) -> None:
        self._salt = salt.encode("ascii")
        self._slots = slots
        self._given: dict[str, int] = {}
        self._district_salts: dict[str, int] = {}

    def next(self, district: str) -> tuple[int, int]:
        given = self._given.get(district, 0)
        if given == 0:
            self._district_salts[district] = crc32(district.encode("ascii"), crc32(self._salt))
        turn, place = divmod(given, _SERIALS)
        if turn >= self._slots:
            raise ValueError("a district has no number left to give: spread the households over a larger region")
        self._given[district] = given + 1
        serial = place * _STRIDE % _SERIALS + 1
        return serial, (self._scatter(serial, district) + turn) % self._slots

    def _scatter(self, serial: int, district: str) -> int:
        return ((serial ^ self._district_salts[district]) * 2_654_435_761 & 0xFFFF_FFFF) >> 8
