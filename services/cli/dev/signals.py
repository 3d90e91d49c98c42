"""Turning a wish to stop into an exception, once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_NUMBERS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """The user, or whoever started this process, wants it to end."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Within it the first Ctrl-C, SIGTERM or SIGHUP raises Stopped in the main thread, wherever that is.

    Later ones change nothing: what then stops in order must not be interrupted, and is bounded in time.
    """
    asked = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if not asked:
            asked = True
            raise Stopped

    before = {number: signal.signal(number, stop) for number in _NUMBERS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
