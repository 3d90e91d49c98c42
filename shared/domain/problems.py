"""What can be wrong with a form, by stable codes."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """With an error a form does not count; with a warning it counts and is not clean."""

    ERROR = "error"
    WARNING = "warning"


class Group(StrEnum):
    """The anomaly classes of the statistics office, and the two that come before them."""

    IDENTITY = "identity"
    ADDRESS = "address"
    HOUSING = "housing"
    EDUCATION = "education"
    FAMILY = "family"
    MARRIAGE = "marriage"
    WORK = "work"
    COMPOSITION = "composition"


@dataclass(frozen=True, slots=True)
class Problem:
    """`pointer` is a JSON pointer (RFC 6901) to the answer. Never holds what the answer was."""

    code: str
    severity: Severity
    group: Group
    pointer: str
