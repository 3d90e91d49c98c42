"""Where commands write: tables and answers to standard output, what goes wrong to standard error."""

import json
import os
import sys
from typing import Any, Final, TextIO

from rich.console import Console

PIPED_COLUMNS: Final = 140
"""A pipe has no width of its own, and a table that is cut to eighty columns loses what it was asked for."""


def output() -> Console:
    return _console(sys.stdout)


def errors() -> Console:
    return _console(sys.stderr)


def print_json(answer: Any) -> None:
    """One JSON document, on lines of its own where a person reads it and on one line where a program does."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None) + "\n")


def _console(stream: TextIO) -> Console:
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPED_COLUMNS
    return Console(file=stream, width=width, highlight=False, emoji=False)
