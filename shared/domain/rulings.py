"""What an operator decided about a person whom several households claim, or about those whom the person left.

A ruling names the claims that it saw. It holds as long as they are the claims; when one changes it lapses, and the
newest claim counts again.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from shared.domain.claims import Added, Claim


class Action(IntEnum):
    COUNT = 1
    """The person counts where the named claimant says."""
    DISMISS = 2
    """There is nothing to settle: the newest claim counts."""
    LEAVE = 3
    """The households that the person headed and left are as they should be, without a head."""


class Standing(StrEnum):
    """Of a review."""

    OPEN = "open"
    SETTLED = "settled"
    DISMISSED = "dismissed"


class Reason(StrEnum):
    MOVED = "moved"
    SAME_FAMILY = "same-family"
    WRONG_NUMBER = "wrong-number"
    VISITED = "visited"
    OTHER = "other"


REASONS = tuple(Reason)


@dataclass(frozen=True, slots=True)
class Ruling:
    """`seen`: see `version_of`. `by`: the operator. `claimant` is sixteen zero bytes where none is named."""

    action: Action
    claimant: bytes
    seen: bytes
    received_at: int
    by: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruling on its way to the person; `person` may be a household, whose forms are ruled on."""

    person: bytes
    ruling: Ruling


def version_of(claims: Iterable[tuple[bytes, Added]]) -> bytes:
    """Sixteen bytes that change whenever a claim is added, withdrawn, or begins at another moment."""
    rows = sorted(claimant + added.received_at.to_bytes(8, "big") + added.submission for claimant, added in claims)
    return hashlib.sha256(b"".join(rows)).digest()[:16]


def version_of_claims(claims: Iterable[Claim]) -> bytes:
    return version_of((claim.claimant, claim.added) for claim in claims)
