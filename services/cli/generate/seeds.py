"""Random numbers that come again."""

import random
import sys
from typing import TypeVar

T = TypeVar("T")

TICKETS = 64


def seeded(*parts: object) -> random.Random:
    """A generator whose numbers follow from `parts` alone, on any machine."""
    return random.Random("|".join(map(str, parts)))  # noqa: S311  # synthetic people: nothing here is a secret


def lottery(*prizes: tuple[T, int]) -> tuple[T, ...]:
    """As many tickets for each prize as it is given, TICKETS in all: six random bits then draw one.

    Raises:
        ValueError: the tickets are too few or too many.
    """
    tickets = tuple(prize for prize, number in prizes for _ in range(number))
    if len(tickets) != TICKETS:
        raise ValueError(f"{len(tickets)} tickets instead of {TICKETS}")
    return tickets


class Quota:
    """Falls on `rate` of the indices 0, 1, 2, ...: on one of each 1/rate in a row, at a random place among them.

    So a rate is met closely even where it means a handful of families.
    """

    def __init__(self, rate: float, rng: random.Random) -> None:
        self._rate = rate
        self._rng = rng
        self._block = -1
        self._next = -1
        self._advance()

    def falls_on(self, index: int) -> bool:
        """Must be asked in ascending order; what falls on an index that is left out falls on the next one."""
        if index < self._next:
            return False
        self._advance()
        return True

    def _advance(self) -> None:
        if not 0 < self._rate < 1:
            self._next = self._next + 1 if self._rate >= 1 else sys.maxsize
            return
        self._block += 1
        self._next = max(self._next + 1, int((self._block + self._rng.random()) / self._rate))


def uuid(rng: random.Random) -> str:
    """A random UUID, version 4."""
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{'89ab'[rng.getrandbits(2)]}{digits[17:20]}-{digits[20:]}"
