"""What the dashboard needs from outside."""

from typing import Protocol


class Health(Protocol):
    async def reachable(self) -> bool:
        """Whether the figures can be read now."""
        ...
