"""Reading the log files of services while they are written."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_AT_ONCE: Final = 1 << 20
_TOOK_OVER: Final = re.compile(r"took over partition=(\d+)")
_SHOWN: Final = frozenset({"WARNING", "ERROR", "CRITICAL"})


@dataclass(frozen=True, slots=True)
class LogLine:
    """`level` is empty for what was not logged but printed: a traceback, a word of the system's loader."""

    level: str
    message: str

    @property
    def for_people(self) -> bool:
        """Whether it belongs on the screen, not only in the file."""
        return (not self.level and bool(self.message.strip())) or self.level in _SHOWN

    @property
    def partition(self) -> int | None:
        """The partition that this line says was taken over."""
        found = _TOOK_OVER.search(self.message)
        return int(found[1]) if found else None


class LogTail:
    """Lines that a file gets from now on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = path.stat().st_size if path.exists() else 0
        self._rest = b""

    def lines(self) -> list[LogLine]:
        """The whole lines that came since the last call."""
        try:
            if self._path.stat().st_size <= self._position:
                return []
        except FileNotFoundError:
            return []
        with self._path.open("rb") as file:
            file.seek(self._position)
            fresh = file.read(_AT_ONCE)
        self._position += len(fresh)
        *whole, self._rest = (self._rest + fresh).split(b"\n")
        return [read_line(line.decode(errors="replace")) for line in whole]


def read_line(text: str) -> LogLine:
    """One line of a log in JSON; of an exception, what it says at its end."""
    try:
        record = json.loads(text)
    except ValueError:
        return LogLine("", text)
    if not isinstance(record, dict) or "level" not in record:
        return LogLine("", text)
    message = str(record.get("message", ""))
    cause = str(record.get("exception", "")).strip().rpartition("\n")[2]
    return LogLine(str(record["level"]), f"{message} ({cause})" if cause and cause not in message else message)
