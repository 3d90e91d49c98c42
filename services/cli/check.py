"""`cacah check`: the rules, offline, on a file of forms. Says fields, codes and remedies, and no value."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, Final, TextIO

import msgspec

from services.cli.errors import ExitCode
from shared.contracts.reading import NotJson, WrongShape, read_form
from shared.domain.problems import Problem
from shared.domain.questionnaire import ShapeProblem
from shared.domain.rules import Context, check, describe, grade, is_clean, is_countable
from shared.domain.words import Words

Verdict = dict[str, Any]

_NOT_JSON: Final = ShapeProblem(
    "not-json",
    "",
    Words("Baris ini tidak terbaca sebagai JSON.", "This line cannot be read as JSON."),
    Words("Tulis satu objek JSON dalam UTF-8 per baris.", "Write one JSON object in UTF-8 a line."),
)
_encode: Final = msgspec.json.Encoder().encode


def run(file: Path, *, context: Context, as_json: bool, out: TextIO) -> int:
    """The exit code: 1 where a form would not count. `-` is standard input."""
    started = time.monotonic()
    total = valid = clean = 0
    render = _as_json if as_json else _as_text
    for number, line in enumerate(_lines(file), start=1):
        verdict = examine(line, context)
        total += 1
        valid += verdict["valid"]
        clean += verdict["clean"]
        out.write(render(number, verdict))
    if not as_json:
        seconds = time.monotonic() - started
        good = "OK" if valid == total else "FAIL"
        out.write(f"{good} forms={total} valid={valid} clean={clean} rate={total / max(seconds, 1e-9):.0f}\n")
    return ExitCode.GOOD if valid == total else ExitCode.FOUND


def examine(line: bytes, context: Context) -> Verdict:
    """One form's verdict: whether it would count, whether it is clean, its grade, and every problem."""
    try:
        problems = check(read_form(line, context.received_on), context)
    except NotJson:
        return _verdict([_in_words(_NOT_JSON)])
    except WrongShape as wrong:
        return _verdict([_in_words(problem) for problem in wrong.problems])
    if not problems:
        return _CLEAN
    valid = is_countable(problems)
    found = [_explained(problem) for problem in problems]
    return _verdict(found, valid=valid, clean=is_clean(problems), grade=grade(problems) if valid else None)


def _verdict(problems: list[Any], *, valid: bool = False, clean: bool = False, grade: str | None = None) -> Verdict:
    return {"valid": valid, "clean": clean, "grade": grade, "problems": problems}


_CLEAN: Final = _verdict([], valid=True, clean=True, grade="A")


def _in_words(problem: ShapeProblem) -> dict[str, Any]:
    words = {
        language: {"message": problem.message.in_language(language), "remedy": problem.remedy.in_language(language)}
        for language in ("id", "en")
    }
    return {"pointer": problem.pointer, "code": problem.code, "severity": "error", **words}


def _explained(problem: Problem) -> dict[str, Any]:
    about = {"pointer": problem.pointer, "code": problem.code, "severity": problem.severity.value}
    return about | _words(problem.code)


@cache
def _words(code: str) -> dict[str, Any]:
    return {
        language: dict(zip(("message", "remedy"), describe(code, language), strict=True)) for language in ("id", "en")
    }


def _as_json(number: int, verdict: Verdict) -> str:
    return _encode({"line": number, **verdict}).decode() + "\n"


def _as_text(number: int, verdict: Verdict) -> str:
    """Nothing for a clean form."""
    return "".join(
        f"line {number}: {each['severity']} {each['code']} at {each['pointer'] or 'the form'}\n"
        + "".join(f"   {each[language]['message']} {each[language]['remedy']}\n" for language in ("id", "en"))
        for each in verdict["problems"]
    )


def _lines(file: Path) -> Iterator[bytes]:
    with ExitStack() as stack:
        source = sys.stdin.buffer if str(file) == "-" else stack.enter_context(file.open("rb"))
        yield from (line for line in source if line.strip())
