"""Where generated lines go: a file, or intake over HTTP."""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Final

_OK: Final = range(200, 300)


class Verdict(Enum):
    """What became of a line."""

    ACCEPTED = "accepted"
    """Also where the same form had been accepted before."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """No answer came in time: the line may or may not be on the log."""


Sink = Callable[[Iterable[bytes]], Iterator[Verdict]]
"""Takes lines, gives a verdict for each, in their order."""


def to_file(path: Path) -> Sink:
    """NDJSON. Every line is accepted."""

    def write(lines: Iterable[bytes]) -> Iterator[Verdict]:
        with path.open("wb") as file:
            for line in lines:
                file.write(line)
                file.write(b"\n")
                yield Verdict.ACCEPTED

    return write
