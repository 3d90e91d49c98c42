"""What is said of a running system."""

from collections.abc import Mapping

import msgspec


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One stage and its input topic.

    `positions` and `ends`: next offsets, per partition. `lag`: records. `lag_seconds`: age of the oldest record that
    waits, 0 where none does. `rate`: records per second between two looks, None where there was but one.
    """

    name: str
    topic: str
    positions: tuple[int, ...]
    ends: tuple[int, ...]
    entries: int
    lag_seconds: float
    rate: float | None = None

    @property
    def lag(self) -> int:
        return sum(max(end - position, 0) for position, end in zip(self.positions, self.ends, strict=True))


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """A record that does not count, where it stands, and why."""

    topic: str
    partition: int
    offset: int
    reason: str
    first_seen: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """`counted_up_to`: below this offset of each partition of the submission log, everything is in the totals.
    `complete`: villages and days show all of it too. `waiting`: accepted records that are not in. `behind_seconds`: age
    of the oldest of them. `rejections`: records by reason; `newest_rejections`: some of them. `conflicts`: by state."""

    generation: str
    people: int
    households: int
    people_rate: float | None
    as_of: str | None
    counted_up_to: tuple[int, ...]
    complete: bool = True
    waiting: int
    behind_seconds: float
    stages: tuple[Stage, ...]
    conflicts: Mapping[str, int]
    rejections: Mapping[str, int]
    newest_rejections: tuple[SetAside, ...]

    def as_json(self) -> dict[str, object]:
        document: dict[str, object] = msgspec.to_builtins(self)
        document["stages"] = [{**msgspec.to_builtins(stage), "lag": stage.lag} for stage in self.stages]
        return document
