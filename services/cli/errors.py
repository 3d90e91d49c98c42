"""How a command ends: its exit codes, and the one error whose message is all that people see."""

from enum import IntEnum


class ExitCode(IntEnum):
    GOOD = 0
    FOUND = 1
    """A difference was found, or something was refused."""
    USAGE = 2
    UNREACHABLE = 3
    """Kafka, MongoDB or intake cannot be reached or started."""


class Failure(Exception):
    """An expected failure. `fix` is what the user can do about it, in one line."""

    def __init__(self, message: str, *, fix: str = "", code: ExitCode = ExitCode.FOUND) -> None:
        super().__init__(message)
        self.fix = fix
        self.code = code

    def line(self) -> str:
        return f"{self}; fix: {self.fix}" if self.fix else str(self)
