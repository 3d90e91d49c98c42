"""What is told to the user while engines are fetched and started."""

from collections.abc import Callable

Progress = Callable[[str], None]
"""Takes one short sentence per step; called from the thread that called `start` or `fetch`."""


def silent(_step: str) -> None:
    """For callers that show nothing."""
