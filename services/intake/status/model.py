"""From positions and what was written down to the one status of a form. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from services.intake.ports import Position
from shared.contracts.events import RejectedProblem
from shared.contracts.versions import CurrentVersion


class Status(StrEnum):
    ACCEPTED = "accepted"
    VALIDATED = "validated"
    COUNTED = "counted"
    NEEDS_CORRECTION = "needs_correction"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    UNDER_REVIEW = "under_review"


PENDING = frozenset({Status.ACCEPTED, Status.VALIDATED})


@dataclass(frozen=True, slots=True)
class Rejection:
    """`problems` where rules were broken; `reason` alone where the record as such does not count."""

    reason: str
    problems: tuple[RejectedProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one partition of the log is.

    `validated`, `counted`: everything below these offsets is. `as_of`: when the totals were last written, RFC 3339.
    `told`: by collection and key, documents that the validator has decided on and may not have written yet.
    """

    validated: int = 0
    counted: int = 0
    as_of: str | None = None
    told: Mapping[tuple[str, str], bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What was written down about a form, where anything was. `reviews`: how many open ones its claims are in.
    `redriven`: where an operator appended the same record again, after it was set aside."""

    rejection: Rejection | None = None
    in_force: CurrentVersion | None = None
    reviews: int = 0
    redriven: Position | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """`progress` is how far the count is with the record, whatever became of the form. `changed_at`: when the version
    came that replaced it or took it back."""

    status: Status
    progress: Status
    problems: Sequence[RejectedProblem] = ()
    reason: str | None = None
    changed_at: str | None = None

    @property
    def pending(self) -> bool:
        return self.status in PENDING


def standing(offset: int, submission: bytes, progress: Progress, found: Found) -> Standing:
    """Of the form `submission`, whose record is at `offset`."""
    reached = _reached(offset, progress)
    if reached is Status.ACCEPTED:
        return Standing(reached, reached)
    if found.rejection is not None:
        return Standing(Status.NEEDS_CORRECTION, reached, found.rejection.problems, found.rejection.reason)
    current = found.in_force
    if current is not None and current.withdrawn:
        return Standing(Status.WITHDRAWN, reached, changed_at=current.received_at)
    if current is not None and current.submission != submission.hex():
        return Standing(Status.SUPERSEDED, reached, changed_at=current.received_at)
    if found.reviews:
        return Standing(Status.UNDER_REVIEW, reached)
    return Standing(reached, reached)


def _reached(offset: int, progress: Progress) -> Status:
    if offset < progress.counted:
        return Status.COUNTED
    return Status.VALIDATED if offset < progress.validated else Status.ACCEPTED
