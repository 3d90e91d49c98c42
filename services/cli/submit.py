"""`cacah submit`: send a file of forms, and say what became of those that were not accepted."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from services.cli.errors import ExitCode, Failure

if TYPE_CHECKING:
    from cacah_client import Client


def run(file: Path, base_url: str, *, key: str | None, as_json: bool) -> int:
    """The exit code: 1 where a line was not accepted.

    Raises cacah_client.UnavailableError, and Failure where intake takes no batch from this sender.
    """
    from cacah_client import Client, RefusedError

    try:
        with Client(base_url, key) as client:
            return _send(client, file, as_json=as_json)
    except RefusedError as refused:
        raise Failure(_words(refused.problem), fix=str(refused.problem.get("detail", ""))) from None


def _send(client: "Client", file: Path, *, as_json: bool) -> int:
    accepted = refused = 0
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
