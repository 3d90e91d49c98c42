"""The NIK, a person's number: `PP KK CC DDMMYY SSSS`.

Region of first registration (province, regency, district), birth date (a woman's day is raised by 40), serial.
There is no check digit, the century is not written, and a number never changes: not on a move, not when its region
gets another number, not when a birth date is corrected. So little is an error here, and much is a warning.
Source: the population administration law 24/2013 and its rules; `docs/nik.md` has the reasons.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from shared.domain import card_region
from shared.domain.digits import canonical, damage
from shared.domain.regions import Standing
from shared.domain.two_digit_years import candidate_dates

Sex = Literal["male", "female"]

_WOMAN: Final = 40
_MONTHS: Final = frozenset(f"{month:02}" for month in range(1, 13))
_DAYS: Final[dict[str, tuple[int, Sex]]] = {
    **{f"{day:02}": (day, "male") for day in range(1, 32)},
    **{f"{day + _WOMAN}": (day, "female") for day in range(1, 32)},
}


@dataclass(frozen=True, slots=True)
class Nik:
    """What a number says. Parts that could be read are given even where another part is wrong."""

    valid: bool
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    sex: Sex | None
    birth_dates: tuple[date, ...] = field(repr=False)
    """Candidates in ascending order; one where the century is certain."""
    region: str | None
    """Code of the district of first registration, whether or not it is on a list today."""
    region_standing: Standing | None
    digits: str | None = field(repr=False)
    """The sixteen digits without separators, where there are sixteen."""


def nik_key_digits(text: str) -> str | None:
    """The sixteen digits alone, for making a key; what they say is not checked."""
    return canonical(text)


def is_plain_nik(digits: str, *, as_of: date, birth_date: date, female: bool) -> bool:
    """Whether a number says just what was stated, of a district that has this number today. `parse_nik` then finds
    nothing to say, and need not be asked: so it is with most people.

    Args:
        digits: sixteen ASCII digits.
        as_of, birth_date, female: as for `parse_nik`.
    """
    day = birth_date.day + _WOMAN if female else birth_date.day
    return (
        int(digits[6:12]) == (day * 100 + birth_date.month) * 100 + birth_date.year % 100
        and birth_date <= as_of
        and 1900 <= birth_date.year < 2100
        and card_region.is_current(digits[:6])
        and digits[12:] != "0000"
    )


def parse_nik(
    text: str,
    *,
    as_of: date,
    stated_birth_date: date | None = None,
    stated_sex: Sex | None = None,
) -> Nik:
    """Read a number as somebody wrote it. Never raises, whatever the text.

    Args:
        text: the number, with or without separators.
        as_of: the day after which a birth date is in the future.
        stated_birth_date: decides between the centuries; a date that the number does not say is a warning.
        stated_sex: a sex that the number does not say is a warning.
    """
    digits = canonical(text)
    if digits is None:
        return _unread(tuple(f"nik-{kind}" for kind in damage(text)))
    region = card_region.read(digits[:6])
    day, sex = _DAYS.get(digits[6:8], (0, None))
    dates, date_errors = _birth_dates(day, digits[8:10], digits[10:12], as_of)
    errors = region.errors + date_errors if digits[12:] != "0000" else (*region.errors, *date_errors, "serial-zero")
    warnings = region.warnings
    if stated_birth_date is not None and dates:
        if stated_birth_date in dates:
            dates = (stated_birth_date,)
        else:
            warnings = (*warnings, "birth-date-mismatch")
    if stated_sex is not None and sex is not None and stated_sex != sex:
        warnings = (*warnings, "sex-mismatch")
    return Nik(
        valid=not errors,
        errors=tuple([f"nik-{code}" for code in errors]) if errors else (),
        warnings=tuple([f"nik-{code}" for code in warnings]) if warnings else (),
        sex=sex,
        birth_dates=dates,
        region=region.code,
        region_standing=region.standing,
        digits=digits,
    )


def _unread(errors: tuple[str, ...]) -> Nik:
    return Nik(
        valid=False,
        errors=errors,
        warnings=(),
        sex=None,
        birth_dates=(),
        region=None,
        region_standing=None,
        digits=None,
    )


def _birth_dates(day: int, month: str, year: str, as_of: date) -> tuple[tuple[date, ...], tuple[str, ...]]:
    if not day or month not in _MONTHS:
        wrong = ((not day, "day"), (month not in _MONTHS, "month"))
        return (), tuple(code for is_wrong, code in wrong if is_wrong)
    dates = candidate_dates(day, int(month), int(year))
    if not dates:
        return (), ("date",)
    if dates[-1] <= as_of:
        return dates, ()
    past = tuple(candidate for candidate in dates if candidate <= as_of)
    return past, () if past else ("date-future",)
