"""What `cacah dev` shows: its own steps, and the warnings of every process with the name of who said it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rich.console import Console
from rich.text import Text

from services.cli.dev.logbook import LogLine
from shared.domain.census import WIB
from shared.runtime.logs import redact

MOST_LINES: Final = 20
"""Of one process at a time: a process that says more than that is to be read in its file."""
_STYLES: Final = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "bold red", "INFO": "", "": "dim"}


class Screen:
    def __init__(self, console: Console, *, name_width: int = 12) -> None:
        self.console = console
        self._width = name_width

    def step(self, text: str) -> None:
        """Something that the supervisor does."""
        self.say("cacah", LogLine("INFO", text))

    def say(self, name: str, line: LogLine) -> None:
        text = Text.assemble(
            (f"{datetime.now(WIB):%H:%M:%S} ", "dim"),
            (f"{name:<{self._width}} ", "cyan"),
            (
                f"{line.level.lower():<8} " if line.level in {"WARNING", "ERROR", "CRITICAL"} else "",
                _STYLES[line.level],
            ),
            (redact(line.message), _STYLES.get(line.level, "")),
        )
        self.console.print(text, soft_wrap=True)

    def pass_on(self, name: str, lines: Sequence[LogLine], file: str) -> None:
        """Show those of `lines` that people should see."""
        shown = [line for line in lines if line.for_people]
        for line in shown[:MOST_LINES]:
            self.say(name, line)
        if len(shown) > MOST_LINES:
            self.say(name, LogLine("", f"... and {len(shown) - MOST_LINES} more lines, see {file}"))
