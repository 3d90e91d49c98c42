"""What was read is believed for a moment, so that many who ask at once are one who asks."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Brief(Generic[Key, Value]):
    """
    Args:
        read: asks the source.
        seconds: for how long an answer is believed.
        most: answers that are kept.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        read: Callable[[Key], Awaitable[Value]],
        *,
        seconds: float,
        most: int = 10_000,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._read = read
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._known: dict[Key, tuple[float, Value]] = {}
        self._asked: dict[Key, asyncio.Task[Value]] = {}

    async def get(self, key: Key) -> Value:
        """Raises what `read` raises."""
        known = self._known.get(key)
        if known is not None and self._clock() - known[0] < self._seconds:
            return known[1]
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = asyncio.create_task(self._ask(key))
        # One who hangs up must not take the answer from the others.
        return await asyncio.shield(asked)

    async def _ask(self, key: Key) -> Value:
        try:
            value = await self._read(key)
        finally:
            del self._asked[key]
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[key] = (self._clock(), value)
        return value
