"""The vocabulary between households and persons: who is claimed by whom, since when, and as what."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from shared.domain.facts import COMPANIONS_SHIFT, HOUSEHOLD, Fact


class Added(NamedTuple):
    """When a claim began: the version of the household's form that added the person. Later wins."""

    received_at: int
    submission: bytes


class Operation(IntEnum):
    WITHDRAW = 0
    CLAIM = 1
    ADJUST = 2
    """The claim began at another version than was known; what it says of the person stays."""


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """One household's word on one person. `facts` is the person's own fact first, then those that ride on it
    (the household's, and those of members without a NIK); empty unless the operation is CLAIM."""

    operation: Operation
    person: bytes
    claimant: bytes
    added: Added
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    claimant: bytes
    added: Added
    facts: tuple[Fact, ...]

    @property
    def heads(self) -> bool:
        """Whether a household counts through this claim."""
        return any(fact.traits & HOUSEHOLD for fact in self.facts)

    @property
    def companions(self) -> int:
        """How many with a NIK the person heads."""
        return sum(fact.traits >> COMPANIONS_SHIFT for fact in self.facts if fact.traits & HOUSEHOLD)


@dataclass(frozen=True, slots=True)
class Delta:
    """One fact entering (+1) or leaving (-1) the count, on the day that its claim began."""

    fact: Fact
    day: int
    sign: int
