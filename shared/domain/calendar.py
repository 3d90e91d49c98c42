"""When forms are taken: from the opening to the deadline, or its extension; from partners a little longer. Pure.

Times are microseconds since 1970-01-01 UTC; each end is the first moment that is too late.
"""

from dataclasses import dataclass
from enum import StrEnum


class Door(StrEnum):
    OPEN = "open"
    NOT_YET = "not_yet"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Raises ValueError where its times are not in order."""

    opens_at: int
    deadline: int
    extended_to: int | None = None
    partners_until: int | None = None

    def __post_init__(self) -> None:
        if self.opens_at >= self.deadline:
            raise ValueError("the deadline is not after the opening")
        if self.extended_to is not None and self.extended_to <= self.deadline:
            raise ValueError("the extension is not after the deadline")
        if self.partners_until is not None and self.partners_until < self.closes_at:
            raise ValueError("the grace of partners ends before everybody's time does")

    @property
    def closes_at(self) -> int:
        """For households."""
        return self.deadline if self.extended_to is None else self.extended_to

    @property
    def ends_at(self) -> int:
        """For everybody."""
        return self.closes_at if self.partners_until is None else self.partners_until

    def door(self, at: int, *, partner: bool) -> Door:
        if at < self.opens_at:
            return Door.NOT_YET
        return Door.OPEN if at < (self.ends_at if partner else self.closes_at) else Door.CLOSED
