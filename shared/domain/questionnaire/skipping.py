"""Skip rules: whether something is asked, given the other answers about the same person or family."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Answers = Mapping[str, Any]
"""By name of the field; None or absent where there is no answer yet."""


@dataclass(frozen=True, slots=True)
class Given:
    """Asked where another field has an answer, or where it has none."""

    field: str
    given: bool


@dataclass(frozen=True, slots=True)
class Among:
    """Asked where another field's answer is one of these. `default`: what no answer means there."""

    field: str
    codes: frozenset[int]
    default: int | bool | None = None


@dataclass(frozen=True, slots=True)
class AgeFrom:
    """Asked of people of an age or older, and of those whose age is not known yet."""

    years: int


Condition = Given | Among | AgeFrom


def holds(condition: Condition, answers: Answers, age: int | None) -> bool:
    match condition:
        case Given(field, given):
            return (answers.get(field) is not None) is given
        case Among(field, codes, default):
            answer = answers.get(field)
            return (default if answer is None else answer) in codes
        case AgeFrom(years):
            return age is None or age >= years
