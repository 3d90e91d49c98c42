"""What a status is made from. Each raises Refused `unavailable` where it does not answer."""

from typing import Protocol

from services.intake.ports import Position
from services.intake.status.model import Found, Progress
from shared.contracts.envelope import Head


class Heads(Protocol):
    async def head(self, at: Position) -> Head | None:
        """Of the record there; None where there is none, or none of ours."""
        ...

    async def stop(self) -> None: ...


class Filed(Protocol):
    async def progress(self, partition: int) -> Progress: ...

    async def found(self, at: Position, head: Head, progress: Progress) -> Found: ...
