"""What intake counts about itself. The list is closed: a name that is not here is a type error.

The workers of a crew count side by side in shared memory, so that whichever of them is asked answers for all.
"""

import mmap
from array import array
from typing import Final, Literal, get_args

from services.intake.ports import Publisher

Outcome = Literal[
    # Durable: answered 202, or as such a line of a batch.
    "accepted",
    # Not to be accepted as it is: a status from 400 to 422.
    "refused",
    # Sent away with 429: this sender sent too much.
    "limited",
    # Sent away with 503: as much was in flight as may be.
    "overloaded",
    # Sent away with 503: the log was away.
    "unavailable",
    # Sent to the log and not acknowledged in time: 504.
    "unknown",
]
Gauge = Literal[
    # Workers that reach the log.
    "ready",
    # Sent to the log and not acknowledged.
    "flying_records",
    "flying_bytes",
]

_OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
_GAUGES: Final[tuple[Gauge, ...]] = get_args(Gauge)
_PLACE: Final = {name: place for place, name in enumerate((*_OUTCOMES, *_GAUGES))}
_WIDTH: Final = len(_PLACE)
_NUMBER: Final = "Q"
_NUMBER_BYTES: Final = 8

_OF_PROBLEM: dict[str, Outcome] = {
    "too-many": "limited",
    "overloaded": "overloaded",
    "unavailable": "unavailable",
    "outcome-unknown": "unknown",
}


def board_bytes(workers: int) -> int:
    """What a crew's numbers take up."""
    return workers * _WIDTH * _NUMBER_BYTES


class Metrics:
    """
    Args:
        board: the numbers of all workers, one after the other; its own alone where it is left out.
        worker: which of them it is. It goes on from where one before it ended: a counter does not go back.
    """

    def __init__(self, board: memoryview | None = None, worker: int = 0) -> None:
        own = memoryview(array(_NUMBER, bytes(board_bytes(1)))) if board is None else board
        self._board = own.cast("B").cast(_NUMBER)
        self._at = worker * _WIDTH

    def count(self, outcome: Outcome, forms: int = 1) -> None:
        self._board[self._at + _PLACE[outcome]] += forms

    def count_problem(self, code: str) -> None:
        self.count(_OF_PROBLEM.get(code, "refused"))

    def of(self, outcome: Outcome) -> int:
        return self._sum(outcome)

    def note(self, publisher: Publisher) -> None:
        """Write down what is so now, for the others to tell."""
        load = publisher.load
        for name, value in zip(_GAUGES, (int(publisher.ready), load.records, load.bytes), strict=True):
            self._board[self._at + _PLACE[name]] = value

    def as_text(self, publisher: Publisher) -> str:
        """Prometheus text format."""
        self.note(publisher)
        lines = ["# TYPE cacah_intake_forms_total counter"]
        lines += [f'cacah_intake_forms_total{{outcome="{name}"}} {self._sum(name)}' for name in _OUTCOMES]
        for name in _GAUGES:
            lines += [f"# TYPE cacah_intake_{name} gauge", f"cacah_intake_{name} {self._sum(name)}"]
        return "\n".join(lines) + "\n"

    def _sum(self, name: Outcome | Gauge) -> int:
        return sum(self._board[_PLACE[name] :: _WIDTH])


def shared_board(descriptor: int) -> memoryview:
    """Numbers in a file that several processes have open."""
    return memoryview(mmap.mmap(descriptor, 0))
