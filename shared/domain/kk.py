"""The No KK, the number of a family card: `PP KK CC DDMMYY SSSS`.

Region of issue, day on which the family was recorded, serial. It reads like a NIK and is not one: nothing is added to
the day, and it names a card, not people. A family gets another one on a move, a marriage, a split, so it is a
household's key at one time and nobody's for life.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from shared.domain import card_region
from shared.domain.digits import canonical, damage
from shared.domain.regions import Standing
from shared.domain.two_digit_years import candidate_dates

FIRST_CARDS: Final = date(1977, 1, 1)
"""Presidential decree 52/1977 brought the family card in: a recording before that is doubtful."""

_DAYS: Final = {f"{day:02}": day for day in range(1, 32)}
_MONTHS: Final = {f"{month:02}": month for month in range(1, 13)}


@dataclass(frozen=True, slots=True)
class Kk:
    """What a card's number says. Parts that could be read are given even where another part is wrong."""

    valid: bool
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    recorded_on: tuple[date, ...]
    """Candidates in ascending order; those before there were cards only if there is no other."""
    region: str | None
    """Code of the district of issue, whether or not it is on a list today."""
    region_standing: Standing | None
    digits: str | None = field(repr=False)
    """The sixteen digits without separators, where there are sixteen."""


def is_plain_kk(text: str, *, as_of: date) -> bool:
    """Whether `parse_kk` finds nothing wrong or doubtful, in a fraction of its time."""
    digits = canonical(text)
    if digits is None or digits[12:] == "0000" or not card_region.is_current(digits[:6]):
        return False
    first = _first_recording(digits[6:12])
    return first is not None and first <= as_of


def parse_kk(text: str, *, as_of: date) -> Kk:
    """Read a number as somebody wrote it. Never raises, whatever the text.

    Args:
        text: the number, with or without separators.
        as_of: the day after which a recording is in the future.
    """
    digits = canonical(text)
    if digits is None:
        return Kk(
            valid=False,
            errors=tuple(f"kk-{kind}" for kind in damage(text)),
            warnings=(),
            recorded_on=(),
            region=None,
            region_standing=None,
            digits=None,
        )
    region = card_region.read(digits[:6])
    dates, date_errors = _recorded_on(digits[6:8], digits[8:10], digits[10:12], as_of)
    errors = (*region.errors, *date_errors, *(("serial-zero",) if digits[12:] == "0000" else ()))
    doubtful = bool(dates) and dates[-1] < FIRST_CARDS
    warnings = (*region.warnings, *(("date-doubtful",) if doubtful else ()))
    return Kk(
        valid=not errors,
        errors=tuple(f"kk-{code}" for code in errors),
        warnings=tuple(f"kk-{code}" for code in warnings),
        recorded_on=dates,
        region=region.code,
        region_standing=region.standing,
        digits=digits,
    )


@lru_cache(maxsize=40_000)
def _first_recording(ddmmyy: str) -> date | None:
    """The earliest day since there are cards that six digits can mean; 37,200 of them mean a day."""
    day, month = _DAYS.get(ddmmyy[:2]), _MONTHS.get(ddmmyy[2:4])
    if day is None or month is None:
        return None
    return next((found for found in candidate_dates(day, month, int(ddmmyy[4:])) if found >= FIRST_CARDS), None)


def _recorded_on(day: str, month: str, year: str, as_of: date) -> tuple[tuple[date, ...], tuple[str, ...]]:
    unread = tuple(code for code, part, known in (("day", day, _DAYS), ("month", month, _MONTHS)) if part not in known)
    if unread:
        return (), unread
    dates = candidate_dates(_DAYS[day], _MONTHS[month], int(year))
    past = tuple(candidate for candidate in dates if candidate <= as_of)
    if not past:
        return (), ("date-future",) if dates else ("date",)
    return tuple(candidate for candidate in past if candidate >= FIRST_CARDS) or past, ()
