"""docs/rules.md: every rule of the form, and how forms are graded."""

from collections.abc import Iterator
from typing import Final

from scripts.documents.markdown import MADE, page, table
from shared.domain.problems import Group, Problem, Severity
from shared.domain.rules import RULES, describe, grade
from shared.domain.rules.model import PersonRule, Rule

_HEADINGS: Final = {
    Group.IDENTITY: "Identity",
    Group.ADDRESS: "Address",
    Group.HOUSING: "Perumahan: housing",
    Group.EDUCATION: "Pendidikan: education",
    Group.FAMILY: "Hubungan keluarga: family relationships",
    Group.MARRIAGE: "Status perkawinan: marital status",
    Group.WORK: "Pekerjaan: work",
    Group.COMPOSITION: "Susunan keluarga: composition of the family",
}
_MOST_SHOWN: Final = 5


_INTRODUCTION = """\
{count} rules, in `shared/domain/rules`: each is a line of a table with code, group, severity, pointer, words in both
languages, an example that keeps it and one that breaks it. That an answer is there and of the right type is no rule
and is checked before ([data-dictionary.md](data-dictionary.md)). Card numbers have codes of their own
([nik.md](nik.md)), and two people of one form with one NIK are the error `nik-twice`.

`cacah check F.ndjson` asks all of them, offline. All problems of a form are told at once."""
_WHAT_FOLLOWS = """\
- With an **error** a form does not count. There are few: it cannot be said who is meant, or where they live.
- With a **warning** it counts and is not *clean*. Families differ from rules, and it may be the rule that is wrong:
  who finds the answer right leaves it.

A form that counts has a grade, by the number of its warnings, those of card numbers included:"""


def render() -> str:
    return page(
        MADE,
        "# Rules of the form",
        _INTRODUCTION.format(count=len(RULES)),
        "## What follows",
        _WHAT_FOLLOWS,
        table(["warnings", "grade", "clean"], _grades()),
        *(part for group in Group for part in _group(group)),
    )


def _grades() -> Iterator[list[str]]:
    warning = Problem("", Severity.WARNING, Group.WORK, "")
    letters = [grade((warning,) * number) for number in range(_MOST_SHOWN + 1)]
    for letter in sorted(set(letters)):
        numbers = [number for number, found in enumerate(letters) if found == letter]
        more = numbers[-1] == _MOST_SHOWN
        said = f"{numbers[0]} or more" if more else " or ".join(str(number) for number in numbers)
        yield [said, letter, "no" if numbers[0] else "yes"]


def _group(group: Group) -> Iterator[str]:
    yield f"## {_HEADINGS[group]}"
    yield table(
        ["code", "severity", "points at", "Indonesia", "English"],
        (_row(rule) for rule in RULES if rule.group is group),
    )


def _row(rule: Rule) -> list[str]:
    pointer = f"/members/*{rule.pointer}" if isinstance(rule, PersonRule) else rule.pointer
    words = [" ".join(describe(rule.code, language)) for language in ("id", "en")]
    return [f"`{rule.code}`", rule.severity.value, f"`{pointer}`", *words]
