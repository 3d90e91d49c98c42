"""What a checkpoint leaves for a later one: rows that many checkpoints change and that nobody needs at once.

Totals of districts and above, and of agencies, are written with every checkpoint. Villages, and the days of all regions,
are written by a checkpoint that settles: then all of them that changed since the last one that did, with the same
version and watermark. In between they are in memory, and in what the entries say was added.
"""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Settling(Generic[Row]):
    """`now`: seconds, from some moment. `every`: for how many seconds a row may be left while input comes, and `each`: how
    many more for every row that is left with it, so that writing them stays a small part of the time. `most`: so many
    rows, and no time passes: they are one transaction."""

    def __init__(
        self, now: Callable[[], float], *, every: float = 2.0, each: float = 0.0005, most: int = 20_000
    ) -> None:
        self._now = now
        self._every = every
        self._each = each
        self._most = most
        self._rows: set[Row] = set()
        self._since = 0.0

    def __bool__(self) -> bool:
        """Whether any row is left."""
        return bool(self._rows)

    def leave(self, rows: Iterable[Row]) -> None:
        if not self._rows:
            self._since = self._now()
        self._rows.update(rows)

    def is_due(self) -> bool:
        late = self._now() - self._since >= self._every + self._each * len(self._rows)
        return not self._rows or late or len(self._rows) >= self._most

    def take(self) -> set[Row]:
        """All rows that were left; then none is."""
        rows, self._rows = self._rows, set()
        return rows
