"""What intake last knew of its door, on its own disk: what holds from a start until MongoDB answers.

It is of one log. Where that was made anew, nothing is remembered.
"""

import logging
import os
from pathlib import Path
from typing import Final, Protocol

import msgspec

from shared.contracts.calendar import CalendarDocument

logger = logging.getLogger(__name__)

_FILE: Final = "door.json"


class Known(msgspec.Struct, frozen=True):
    """`closed_at`: of the census, for good; RFC 3339."""

    calendar: CalendarDocument | None = None
    closed_at: str | None = None


class Memory(Protocol):
    def recall(self) -> Known: ...

    def keep(self, known: Known) -> bool:
        """Whether it could be kept. What holds now holds all the same."""
        ...


class NoMemory:
    def recall(self) -> Known:
        return Known()

    def keep(self, known: Known) -> bool:
        del known
        return True


class _Written(msgspec.Struct, frozen=True):
    log: str
    known: Known


class DoorFile:
    """
    Args:
        log: the id of the submission topic, which no other topic ever has.
    """

    def __init__(self, state: Path, log: bytes) -> None:
        self._file = state / _FILE
        self._log = log.hex()

    def recall(self) -> Known:
        try:
            written = msgspec.json.decode(self._file.read_bytes(), type=_Written)
        except FileNotFoundError:
            return Known()
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as problem:
            logger.warning("what was known of the calendar cannot be read: %s", type(problem).__name__)
            return Known()
        return written.known if written.log == self._log else Known()

    def keep(self, known: Known) -> bool:
        """Whole or not at all: other workers write and read it too."""
        fresh = self._file.with_name(f"{_FILE}.{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as file:
                file.write(msgspec.json.encode(_Written(self._log, known)))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._file)
        except OSError as problem:
            logger.warning("the calendar cannot be kept for a start without MongoDB: %s", type(problem).__name__)
            return False
        return True
