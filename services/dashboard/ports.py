"""What the dashboard needs from outside: exact totals to release from, and a place for what is released."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.dashboard.release.agencies import Roster, Shown, Why
from services.dashboard.release.release import Moved
from shared.runtime.targets import Target

Counters = Mapping[str, int]


class StoreUnreachable(Exception):
    """MongoDB did not answer."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Exact totals of regions that changed since some version, all of one moment.

    `counted_up_to`: per partition of the log, everything below this offset is in.
    """

    version: int
    counted_up_to: tuple[int, ...]
    totals: Mapping[str, Counters]


class Totals(Protocol):
    """Exact totals. Every method raises StoreUnreachable."""

    async def changed_since(self, version: int) -> Reading | None:
        """None before anything was counted."""
        ...

    async def days(self, after: str, before: str) -> Mapping[str, Mapping[str, Counters]]:
        """Day received -> region (village excepted) -> what that day added. Between the two days, both left out."""
        ...

    async def agencies(self) -> Mapping[str, tuple[Counters, Roster]]:
        """Of every agency: its counters and its members by day enrolled."""
        ...

    async def agency_days(self) -> Mapping[str, Mapping[str, Counters]]:
        """Of every agency: day -> what it added."""
        ...

    async def reachable(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the release. `number` grows by one; `day`: the census's day that it belongs to. `closed_at`: of the
    last step of all, when the census was closed, RFC 3339."""

    number: int
    at: datetime
    day: str
    moved: Moved = field(repr=False)
    closed_at: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """The signed totals that a census ended with. `closed_at`: RFC 3339."""

    closed_at: str
    totals: Mapping[str, Counters] = field(repr=False)
    agencies: Mapping[str, Counters] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What a region showed at the end of a day: totals, not what the day added."""

    region: str
    day: str
    persons: int
    households: int


@dataclass(frozen=True, slots=True)
class AgencyRelease:
    """`shown` is None where nothing may be shown."""

    agency: str
    shown: Shown | None
    why: Why
    looked_at: str
    """The period that it was last decided in."""


class PublicStore(Protocol):
    """What is released. Every method raises StoreUnreachable."""

    async def prepare(self) -> None:
        """What has to be there before anything else is asked."""
        ...

    async def newer_than(self, number: int) -> Step | None:
        """What moved after a step, as one; None where nothing did."""
        ...

    async def publish(self, step: Step) -> bool:
        """False, and nothing is written, where another worker has made a step of this number."""
        ...

    async def history(self, regions: Sequence[str], since: str) -> Sequence[DayFigures]:
        """By region and day. `since`: a day, which is included."""
        ...

    async def agencies(self) -> Mapping[str, AgencyRelease]: ...

    async def publish_agencies(self, released: Sequence[AgencyRelease]) -> None:
        """A later release of the same period changes nothing."""
        ...

    async def agency_history(self, agencies: Sequence[str] | None, since: str) -> Mapping[str, Sequence[Shown]]:
        """What agencies (None: all) showed in each period from one on; rosters left out."""
        ...

    async def targets(self) -> Mapping[str, Target]: ...

    async def closing(self) -> Closing | None:
        """None while the census goes on."""
        ...

    async def keep_public(self, step: int, regions: Mapping[str, Counters], agencies: Mapping[str, Counters]) -> None:
        """What is shown for good, for whoever signs it. Once; the same again changes nothing."""
        ...

    async def signed_figures(self) -> bytes | None:
        """The same, signed: JSON."""
        ...


class LogEnds(Protocol):
    """Where the submission log ends. No record is read."""

    async def ends(self) -> tuple[int, ...] | None:
        """The next offset of every partition; None where Kafka does not answer."""
        ...

    async def before(self, moment: datetime) -> tuple[int, ...] | None:
        """Of every partition, the offset below which is all that was appended before a moment that is over; None where
        Kafka does not answer."""
        ...
