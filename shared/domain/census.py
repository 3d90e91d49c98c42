"""The two facts of a census that every count hangs on: its day, and the clock that its days are told by."""

from datetime import date, datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7), "WIB")
"""Western Indonesian time: the days of the census are Jakarta's, whichever of the three zones a form comes from."""

DEFAULT_CENSUS_DAY = date(2026, 9, 1)

_EPOCH_DAY = date(1970, 1, 1)
_MICROSECONDS = 1_000_000
_DAY = 24 * 3600


def received_on(received_at: int) -> date:
    """The census's calendar day of a moment in microseconds since 1970-01-01 UTC."""
    return date.fromordinal(_EPOCH_DAY.toordinal() + day_number(received_at))


def day_number(received_at: int) -> int:
    """Days since 1970-01-01 in WIB: the compact form of `received_on`."""
    return (received_at // _MICROSECONDS + 7 * 3600) // _DAY


def day_of(number: int) -> date:
    return date.fromordinal(_EPOCH_DAY.toordinal() + number)


def at_wib(received_at: int) -> datetime:
    return datetime.fromtimestamp(received_at / _MICROSECONDS, WIB)


def age_on(birth_date: date, day: date) -> int:
    """Completed years. Somebody born after `day` is 0: a census counts the child, whatever day it was born."""
    years = day.year - birth_date.year
    month = day.month - birth_date.month
    if month < 0 or (month == 0 and day.day < birth_date.day):
        years -= 1
    return max(0, years)
