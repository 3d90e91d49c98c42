"""`cacah roster`: who works for an agency, sent to intake, which keeps a keyed hash of each NIK and nothing else."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.cli.api import Api
from services.cli.console import output, print_json
from services.cli.errors import ExitCode, Failure

LINES: Final = 2_000
"""A request: what one record of the log takes, so that what has to be sent again is little."""
_SHOWN: Final = 20
_AGAIN_SECONDS: Final = 2.0
Json = dict[str, Any]


@dataclass(slots=True)
class Summary:
    agency: str
    accepted: int = 0
    refused: int = 0
    records: list[Json] = field(default_factory=list)
    problems: list[Json] = field(default_factory=list)
    """Of refused lines, the first ones: pointer, code, message, remedy."""


def run(
    api: Api, agency: str, file: Path, *, remove: bool, patience: float, progress: Console | None, as_json: bool
) -> int:
    """The exit code: 1 where a line was refused. The same file may be sent again; it changes nothing then.

    Args:
        patience: seconds for which a part is sent again while intake cannot answer.
        progress: where a bar is drawn.
    """
    summary = Summary(agency)
    with file.open("rb") as source:
        total = sum(1 for _ in source)
    with _bar(progress) as bar, file.open("rb") as source:
        task = bar.add_task(agency, total=total)
        for first, part in _parts(source):
            lines = [_leaving(line) for line in part] if remove else part
            _add(summary, first, _send(api, agency, lines, patience))
            bar.advance(task, len(part))
    _tell(summary, remove=remove, as_json=as_json)
    return ExitCode.FOUND if summary.refused else ExitCode.GOOD


def _parts(lines: Iterable[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """With the number of lines before each part."""
    source, first = iter(lines), 0
    while part := list(islice(source, LINES)):
        yield first, part
        first += len(part)


def _leaving(line: bytes) -> bytes:
    """Lines that are no objects stay as they are: intake says what is wrong with them."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    return json.dumps(entry | {"remove": True}).encode() if isinstance(entry, dict) else line


def _send(
    api: Api, agency: str, part: list[bytes], patience: float, sleep: Callable[[float], None] = time.sleep
) -> Json:
    """An enrolment that is repeated changes nothing, so a part whose answer was lost is simply sent again."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return api.send(
                f"/v1/agencies/{agency}/roster", [b"\n".join(line.rstrip(b"\r\n") for line in part) + b"\n"]
            )
        except Failure as problem:
            if problem.code is not ExitCode.UNREACHABLE or time.monotonic() > deadline:
                raise
            sleep(_AGAIN_SECONDS)


def _add(summary: Summary, first: int, answer: Json) -> None:
    summary.accepted += answer["accepted"]
    summary.refused += answer["refused_lines"]
    summary.records += answer["records"]
    for each in answer["refused"]:
        _, line, *rest = each["pointer"].split("/")
        summary.problems.append(each | {"pointer": "/".join(["", str(first + int(line)), *rest])})


def _tell(summary: Summary, *, remove: bool, as_json: bool) -> None:
    what = "removed" if remove else "added"
    if as_json:
        counts = {what: summary.accepted, "refused": summary.refused}
        print_json({"agency": summary.agency} | counts | {"records": summary.records, "problems": summary.problems})
        return
    console = output()
    for each in summary.problems[:_SHOWN]:
        line = each["pointer"].split("/")[1]
        console.print(f"line {line}: {each['message']} {each['remedy']}", markup=False)
    if summary.refused > _SHOWN:
        console.print(f"... and {summary.refused - _SHOWN} more lines")
    verdict = "FAIL" if summary.refused else "OK"
    console.print(
        f"{verdict} agency={summary.agency} {what}={summary.accepted} refused={summary.refused}", markup=False
    )


def _bar(console: Console | None) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console or Console(quiet=True), disable=console is None)
