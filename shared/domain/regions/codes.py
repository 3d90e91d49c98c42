"""Region codes: dotted text such as `35.09.12.2003`, and the same code as a number.

Source of the shape: the Home Ministry's code of administrative regions (two digits a level, four for a village).
"""

from enum import StrEnum
from itertools import pairwise
from typing import Final

NATION: Final = "00"
"""The country as a whole. No province has the number 00, so the code cannot meet one."""


class Level(StrEnum):
    NATION = "nation"
    PROVINCE = "province"
    REGENCY = "regency"
    DISTRICT = "district"
    VILLAGE = "village"


class UnknownRegionError(LookupError):
    """The code names no region of the catalogue. The code itself is left out: people type card numbers anywhere."""

    def __init__(self) -> None:
        super().__init__("no such region in the catalogue")


_SPANS: Final = {2: (0, 2), 4: (0, 2, 4), 6: (0, 2, 4, 6), 10: (0, 2, 4, 6, 10)}


def code_number(code: str) -> int:
    """`35.09.12` as 350912; the nation is 0. Levels keep apart by their count of digits: no province starts with 0.

    Raises:
        ValueError: the text has no code's shape.
    """
    digits = code.replace(".", "")
    if not (digits.isascii() and digits.isdigit()) or _dotted(digits) != code:
        raise ValueError("a region code is 2, 4, 6 or 10 digits with dots between the levels")
    return int(digits)


def code_text(number: int) -> str:
    """The inverse of `code_number`.

    Raises:
        ValueError: no code has this number.
    """
    if number == 0:
        return NATION
    text = _dotted(str(number)) if number > 0 else ""
    if not text:
        raise ValueError("a region number has 2, 4, 6 or 10 digits")
    return text


def _dotted(digits: str) -> str:
    """Empty where the count of digits fits no level, or a number could not give the text back."""
    cuts = _SPANS.get(len(digits))
    if cuts is None or (digits[0] == "0" and digits != NATION):
        return ""
    return ".".join(digits[start:end] for start, end in pairwise(cuts))
