"""Sixteen digits as people, forms and spreadsheets write them, and what can be wrong with the writing.

Both card numbers, a person's and a family's, are sixteen ASCII digits. Nothing here looks at what the digits mean.
"""

import re
from enum import StrEnum
from typing import Final

LENGTH: Final = 16


class Damage(StrEnum):
    EMPTY = "empty"
    SPREADSHEET = "spreadsheet"
    """Written as a power of ten or a fraction: the last digits are lost, or cannot be trusted."""
    FOREIGN_DIGIT = "foreign-digit"
    """A digit of Unicode that is not one of ASCII's."""
    LETTER_O = "letter-o"
    LETTER_I = "letter-i"
    CHARACTER = "character"
    SEPARATOR = "separator"
    """A dot or dash that does not stand between digits."""
    FIFTEEN = "15-digits"
    SEVENTEEN = "17-digits"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"


_BLANKS: Final = " \t\r\n"
_SEPARATORS: Final = " .-"
_GROUPED: Final = re.compile(r"[0-9](?:[ .\-]*[0-9])*")
_SPREADSHEET: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+|[0-9]{15,17}[.,]0{1,2}")
_OUT: Final = str.maketrans("", "", _SEPARATORS)
_LENGTHS: Final = {15: Damage.FIFTEEN, 17: Damage.SEVENTEEN}


def canonical(text: str) -> str | None:
    """The sixteen digits without what stands between and around them; None where the writing is damaged."""
    if len(text) == LENGTH and text.isascii() and text.isdigit():
        return text
    trimmed = text.strip(_BLANKS)
    if not _GROUPED.fullmatch(trimmed) or _SPREADSHEET.fullmatch(trimmed):
        return None
    digits = trimmed.translate(_OUT)
    return digits if len(digits) == LENGTH else None


def damage(text: str) -> tuple[Damage, ...]:
    """Everything wrong with a text that `canonical` refuses; empty for one that it takes.

    Digits are counted only where there is nothing else but separators.
    """
    trimmed = text.strip(_BLANKS)
    if not trimmed:
        return (Damage.EMPTY,)
    if _SPREADSHEET.fullmatch(trimmed):
        return (Damage.SPREADSHEET,)
    if characters := _strangers(trimmed):
        return characters
    found = () if trimmed[0] not in _SEPARATORS and trimmed[-1] not in _SEPARATORS else (Damage.SEPARATOR,)
    count = len(trimmed.translate(_OUT))
    return found if count == LENGTH else (*found, _length(count))


def _strangers(text: str) -> tuple[Damage, ...]:
    kinds = {_kind(character) for character in set(text)}
    if Damage.CHARACTER in kinds:
        # In a word, an O or an l is a letter like any other.
        kinds -= {Damage.LETTER_O, Damage.LETTER_I}
    return tuple(kind for kind in Damage if kind in kinds)


def _kind(character: str) -> Damage | None:
    if character in "0123456789" or character in _SEPARATORS:
        return None
    if character in "Oo":
        return Damage.LETTER_O
    if character in "Il":
        return Damage.LETTER_I
    return Damage.FOREIGN_DIGIT if character.isdigit() else Damage.CHARACTER


def _length(count: int) -> Damage:
    return _LENGTHS.get(count) or (Damage.TOO_SHORT if count < LENGTH else Damage.TOO_LONG)
