"""How long to wait before something that ended is started again."""

from typing import Final

FIRST_SECONDS: Final = 0.5
LONGEST_SECONDS: Final = 8.0
CALM_SECONDS: Final = 10.0
"""Whatever ran as long as this is well again: its next end is a first one."""


class Backoff:
    """Doubles with every end that comes soon after a start."""

    def __init__(self) -> None:
        self._next = FIRST_SECONDS

    def after(self, ran_seconds: float) -> float:
        """Seconds to wait, given how long it ran."""
        if ran_seconds >= CALM_SECONDS:
            self._next = FIRST_SECONDS
        wait = self._next
        self._next = min(2 * wait, LONGEST_SECONDS)
        return wait
