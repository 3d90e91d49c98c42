"""A check and its outcome."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from services.cli.running import Running
from shared.runtime.settings import Settings


class Outcome(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """`fix`: one command or one act, for every outcome but a good one."""

    outcome: Outcome
    says: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at. `running` is None where no system runs in the state folder."""

    settings: Settings
    running: Running | None
    reached: set[str] = field(default_factory=set)
    """Engines that answered: checks on top of one that did not are skipped."""


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    look: Callable[[Patient], Finding]


def good(says: str) -> Finding:
    return Finding(Outcome.GOOD, says)


def warning(says: str, fix: str) -> Finding:
    return Finding(Outcome.WARNING, says, fix)


def bad(says: str, fix: str) -> Finding:
    return Finding(Outcome.BAD, says, fix)


def skipped(says: str, fix: str = "") -> Finding:
    return Finding(Outcome.SKIPPED, says, fix)
