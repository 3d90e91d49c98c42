"""Results between the one who makes them and the one who sends them: in order, and never too many."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Window(Generic[Item]):
    """`limit`: how many items may be put in and not yet `sent`."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: deque[Item] = deque()
        self._unsent = 0
        self._ended = False
        self._arrived = asyncio.Event()
        self._left = asyncio.Event()

    @property
    def full(self) -> bool:
        return self._unsent >= self._limit

    async def room(self) -> None:
        """Wait until an item may be put in."""
        while self._unsent >= self._limit:
            self._left.clear()
            await self._left.wait()

    def put(self, item: Item) -> None:
        """Where the window is not full."""
        self._items.append(item)
        self._unsent += 1
        self._arrived.set()

    def end(self) -> None:
        """Nothing more will be put in."""
        self._ended = True
        self._arrived.set()

    async def wait(self) -> bool:
        """Whether there is an item; False after the last one."""
        while not self._items and not self._ended:
            self._arrived.clear()
            await self._arrived.wait()
        return bool(self._items)

    def next(self) -> Item | None:
        """The oldest item that was not taken, if there is one now."""
        return self._items.popleft() if self._items else None

    def sent(self, count: int) -> None:
        self._unsent -= count
        self._left.set()
