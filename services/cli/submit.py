"""`cacah submit`: send a file of forms, and say what became of those that were not accepted."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from services.cli.errors import ExitCode


def run(file: Path, base_url: str, *, as_json: bool) -> int:
    """The exit code: 1 where a line was not accepted. Raises cacah_client.UnavailableError."""
    from cacah_client import Client

    accepted = refused = 0
    with Client(base_url) as client:
        for result in client.stream_lines(_lines(file)):
            accepted += result.accepted
            refused += not result.accepted
            if as_json:
                sys.stdout.write(json.dumps(asdict(result)) + "\n")
            elif result.problem is not None:
                sys.stdout.write(f"line {result.line}: {_words(result.problem)}\n")
    if not as_json:
        sys.stdout.write(f"{'OK' if not refused else 'FAIL'} accepted={accepted} refused={refused}\n")
    return ExitCode.FOUND if refused else ExitCode.GOOD


def _lines(file: Path) -> Iterator[bytes]:
    with ExitStack() as stack:
        source = sys.stdin.buffer if str(file) == "-" else stack.enter_context(file.open("rb"))
        yield from (line.strip() for line in source if line.strip())


def _words(problem: dict[str, object]) -> str:
    inner = problem.get("errors")
    if not isinstance(inner, list) or not inner:
        return str(problem.get("title", problem.get("code")))
    return "; ".join(f"{each['pointer']} {each['code']}: {each['message']} {each['remedy']}" for each in inner)
