"""Where generated lines go: a file, or intake over HTTP."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final

_SERVER_ERROR: Final = 500
_LARGEST_CHUNK: Final = 500


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


def over_http(base_url: str, key: str | None = None, *, chunk: int = _LARGEST_CHUNK) -> Sink:
    """To intake, `chunk` lines a request, in order.

    Args:
        key: the partner's key under which everything is sent.

    The sink raises cacah_client.UnavailableError where intake does not answer in time, and RefusedError where it takes
    no batch at all.
    """

    def send(lines: Iterable[bytes]) -> Iterator[Verdict]:
        from cacah_client import Client

        with Client(base_url, key) as client:
            for result in client.submit_lines(lines, chunk=chunk):
                yield _verdict(result.accepted, result.problem)

    return send


def chunk_for(lines_per_second: float | None) -> int:
    """Lines a request: few enough that none waits longer than a quarter of a second for the others."""
    if lines_per_second is None:
        return _LARGEST_CHUNK
    return max(1, min(_LARGEST_CHUNK, int(lines_per_second / 4)))


def _verdict(accepted: bool, problem: Mapping[str, Any] | None) -> Verdict:
    """`problem`: as RFC 9457 has it, with the status that the line alone would have got."""
    if accepted:
        return Verdict.ACCEPTED
    status = (problem or {}).get("status")
    return Verdict.REFUSED if isinstance(status, int) and status < _SERVER_ERROR else Verdict.UNKNOWN
