"""Dates on cards have two digits for the year: which centuries can be meant."""

from datetime import date
from functools import cache


@cache
def candidate_dates(day: int, month: int, year: int) -> tuple[date, ...]:
    """The dates of 19YY and 20YY that the calendar has, in ascending order: two, or one or none for some days.

    Args:
        year: 0 to 99. At most 37,200 combinations are ever asked for, so their answers are kept.
    """
    return tuple(found for century in (1900, 2000) if (found := _date(century + year, month, day)) is not None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
