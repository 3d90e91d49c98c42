"""The region part that both card numbers begin with: what it says, and what is wrong or doubtful about it."""

from dataclasses import dataclass
from functools import cache, lru_cache

from shared.domain.regions import Level, Standing, catalogue, standing_of


@dataclass(frozen=True, slots=True)
class CardRegion:
    code: str | None
    """District code; None where no region can have had the number."""
    standing: Standing
    errors: tuple[str, ...]
    warnings: tuple[str, ...]


def is_current(digits: str) -> bool:
    """Whether six ASCII digits are the number of a district that stands today; `read` finds nothing wrong then."""
    return digits in _current()


@cache
def _current() -> frozenset[str]:
    return frozenset(code.replace(".", "") for code in catalogue().codes(Level.DISTRICT))


@lru_cache(maxsize=16_384)
def read(digits: str) -> CardRegion:
    """
    Args:
        digits: six ASCII digits. Answers are kept for about twice as many as there are districts.
    """
    number = standing_of(digits)
    levels = (
        ("province-never-used", number.province),
        ("regency-zero", number.regency),
        ("district-zero", number.district),
    )
    errors = tuple(code for code, standing in levels if standing is Standing.NEVER_USED)
    if errors:
        return CardRegion(None, Standing.NEVER_USED, errors, ())
    return CardRegion(number.code, number.whole, (), _warnings(number.province, number.regency, number.district))


def _warnings(*levels: Standing) -> tuple[str, ...]:
    _, regency, district = levels
    found = ("region-retired",) if Standing.RETIRED in levels else ()
    if regency is Standing.UNKNOWN:
        return (*found, "regency-unknown")
    return (*found, "district-unknown") if district is Standing.UNKNOWN else found
