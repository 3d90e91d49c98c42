"""How a region's number stands today. Numbers on cards outlive the regions that gave them out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from shared.domain.regions.catalogue import catalogue
from shared.domain.regions.codes import Level

_FILE: Final = Path(__file__).with_name("data") / "retired.txt"


class Standing(StrEnum):
    CURRENT = "current"
    RETIRED = "retired"
    """Was a region's number and is no longer: the region has another one, or left the country."""
    UNKNOWN = "unknown"
    """On no list here, but may be newer or older than the lists."""
    NEVER_USED = "never-used"
    """No region can have had it: a province number never given out, or 00 below a province."""


@dataclass(frozen=True, slots=True)
class NumberStanding:
    """The three levels of a district's number, each judged by itself.

    The district of a retired region is RETIRED where the lists name it or name none of that region's districts.
    """

    code: str
    province: Standing
    regency: Standing
    district: Standing

    @property
    def whole(self) -> Standing:
        """The most doubtful of the three."""
        return max(self.province, self.regency, self.district, key=_DOUBT.__getitem__)


_DOUBT: Final = {Standing.CURRENT: 0, Standing.RETIRED: 1, Standing.UNKNOWN: 2, Standing.NEVER_USED: 3}


@cache
def retired_numbers() -> Mapping[str, str]:
    """Code -> name of every number known to be retired; the name is empty where it is not on record.

    Raises:
        ValueError: the shipped file is of another format.
    """
    first, *lines = _FILE.read_text(encoding="utf-8").splitlines()
    if first != "cacah-retired-regions 1":
        raise ValueError(
            "not a list of retired regions of format 1: make it again with scripts/build_retired_regions.py"
        )
    return {code: name for code, name, _ in (line.split("\t") for line in lines)}


def standing_of(digits: str) -> NumberStanding:
    """
    Args:
        digits: the six ASCII digits of a district's number, such as `350912`.
    """
    return _on_record().get(digits) or _judge(digits)


@cache
def _on_record() -> Mapping[str, NumberStanding]:
    """Every district that the lists name. Looking one up is all that most numbers ever need."""
    now, was = Standing.CURRENT, Standing.RETIRED
    retired = retired_numbers()
    districts = {code: NumberStanding(code, now, now, now) for code in catalogue().codes(Level.DISTRICT)}
    for code in retired:
        if len(code) == 8:
            districts[code] = NumberStanding(code, now, was if code[:5] in retired else now, was)
    return {code.replace(".", ""): standing for code, standing in districts.items()}


@cache
def _regencies_with_districts_on_record() -> frozenset[str]:
    return frozenset(standing.code[:5] for standing in _on_record().values())


def _judge(digits: str) -> NumberStanding:
    province, regency, district = digits[:2], f"{digits[:2]}.{digits[2:4]}", f"{digits[:2]}.{digits[2:4]}.{digits[4:]}"
    province_stands = _unless_zero(province, _stands(province))
    if province_stands is Standing.UNKNOWN:
        # Provinces are few and all on the lists: a number that is not there was never given out.
        province_stands = Standing.NEVER_USED
    ceded = province_stands is Standing.RETIRED
    regency_stands = _unless_zero(digits[2:4], Standing.RETIRED if ceded else _stands(regency))
    unlisted = regency_stands is Standing.RETIRED and regency not in _regencies_with_districts_on_record()
    district_stands = _unless_zero(digits[4:], Standing.RETIRED if unlisted else Standing.UNKNOWN)
    return NumberStanding(district, province_stands, regency_stands, district_stands)


def _stands(code: str) -> Standing:
    if code in catalogue():
        return Standing.CURRENT
    return Standing.RETIRED if code in retired_numbers() else Standing.UNKNOWN


def _unless_zero(number: str, otherwise: Standing) -> Standing:
    # 00 stands for "all of them" at every level, the nation's own code included: nobody is registered there.
    return Standing.NEVER_USED if number == "00" else otherwise
