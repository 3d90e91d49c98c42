"""The aggregator's store: its totals, which the checkpoints keep."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.ledger.errors import Fenced, LedgerMismatch
from shared.ledger.ports import Position


class Standing(Protocol):
    @property
    def at(self) -> int:
        """The number of the checkpoint that the totals in memory are those of."""
        ...


class TotalsStore:
    """A store in name: a totals' position is that of the checkpoint which wrote them, and only the checkpoints change
    them. A checkpoint that somebody else wrote after they were read is not in them, and means that he still counts."""

    def __init__(self, totals: Standing, position: Position, partition: int = 0) -> None:
        self._totals = totals
        self._position = position
        self._partition = partition

    def position(self) -> Position:
        return self._position

    def get(self, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        return [None] * len(keys)

    def put(self, states: Mapping[bytes, bytes], position: Position) -> None:
        """Raises Fenced where the totals are not those of `position`."""
        del states
        if position.number != self._totals.at:
            raise Fenced(self._partition, position.number)
        self._position = position

    def wipe(self) -> None:
        raise LedgerMismatch(
            f"the totals are those of checkpoint {self._position.number}, which is not in the ledger: one of the two was "
            "restored without the other. Start a new generation: cacah replay"
        )

    def close(self) -> None:
        pass
