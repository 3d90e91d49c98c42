"""`cacah check`: the rules, offline, on a file of forms. Says fields, codes and remedies, and no value."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from services.cli.errors import ExitCode
from shared.contracts.submission import decode_submission
from shared.domain.problems import Problem
from shared.domain.rules import Context, check, describe, grade, is_clean, is_countable


def run(file: Path, *, census_day: date, as_json: bool) -> int:
    """The exit code: 1 where a form would not count."""
    context = Context(received_on=datetime.now(UTC).date(), census_day=census_day)
    valid = clean = total = 0
    for number, line in enumerate(_lines(file), start=1):
        verdict = examine(line, context)
        total += 1
        valid += verdict["valid"]
        clean += verdict["clean"]
        if as_json:
            sys.stdout.write(json.dumps({"line": number, **verdict}, ensure_ascii=False) + "\n")
        else:
            for problem in verdict["problems"]:
                words = problem.get("en", {})
                sys.stdout.write(
                    f"line {number}: {problem['pointer']} {problem['code']}: {words.get('message', '')} {words.get('remedy', '')}\n"
                )
    if not as_json:
        sys.stdout.write(f"{'OK' if valid == total else 'FAIL'} forms={total} valid={valid} clean={clean}\n")
    return ExitCode.GOOD if valid == total else ExitCode.FOUND


def examine(line: bytes, context: Context) -> dict[str, Any]:
    """One form's verdict: valid, clean, grade, and every problem in both languages."""
    try:
        problems = check(decode_submission(line), context)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {"valid": False, "clean": False, "grade": None, "problems": [{"pointer": "", "code": "shape"}]}
    valid = is_countable(problems)
    return {
        "valid": valid,
        "clean": is_clean(problems),
        "grade": grade(problems) if valid else None,
        "problems": [_described(problem) for problem in problems],
    }


def _described(problem: Problem) -> dict[str, Any]:
    words = {
        language: dict(zip(("message", "remedy"), describe(problem.code, language), strict=True))
        for language in ("id", "en")
    }
    return {"pointer": problem.pointer, "code": problem.code, "severity": problem.severity.value, **words}


def _lines(file: Path) -> Iterator[bytes]:
    with ExitStack() as stack:
        source = sys.stdin.buffer if str(file) == "-" else stack.enter_context(file.open("rb"))
        yield from (line for line in source if line.strip())
