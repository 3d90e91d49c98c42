"""A target, and the CSV file that targets come in."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from shared.domain.regions import Catalogue, catalogue

FIELDS: Final = ("subject", "number", "source", "date")
_SHIPPED: Final = Path(__file__).with_name("data") / "census_2020.csv"
_AGENCY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")
_REGION: Final = re.compile(r"[0-9.]+")
_MOST: Final = 10**10
_MANY: Final = 10


class TargetsError(Exception):
    """A file of targets cannot be used; the message names every line that is wrong, without what stands in it."""


@dataclass(frozen=True, slots=True)
class Target:
    """How many people are expected of a region or an agency. `source`, `day`: where the number is from, and of when."""

    subject: str
    number: int
    source: str
    day: str


def shipped_targets() -> tuple[Target, ...]:
    """The census of 2020; `data/PROVENANCE.md` says what it is worth."""
    with _SHIPPED.open(encoding="utf-8", newline="") as file:
        return read_targets(file)


def read_targets(lines: Iterable[str]) -> tuple[Target, ...]:
    """
    Args:
        lines: of a CSV file with the columns subject, number, source and date.

    Raises:
        TargetsError.
    """
    reader = csv.DictReader(lines)
    if set(FIELDS) - set(reader.fieldnames or ()):
        raise TargetsError("line 1: the columns must be " + ",".join(FIELDS))
    names, targets, problems = catalogue(), dict[str, Target](), list[str]()
    for number, row in enumerate(reader, start=2):
        problem = _problem(row, names) or ("a subject twice" if row["subject"].strip() in targets else "")
        if problem:
            problems.append(f"line {number}: {problem}")
        else:
            subject = row["subject"].strip()
            targets[subject] = Target(subject, int(row["number"]), row["source"].strip(), row["date"].strip())
    if problems:
        more = [f"and {len(problems) - _MANY} more"] if len(problems) > _MANY else []
        raise TargetsError("; ".join([*problems[:_MANY], *more]))
    return tuple(targets.values())


def _problem(row: dict[str, str], names: Catalogue) -> str:
    """Empty where the line is good."""
    subject, number, source = (str(row[name] or "").strip() for name in FIELDS[:3])
    if _REGION.fullmatch(subject):
        if subject not in names:
            return "there is no such region"
    elif not _AGENCY.fullmatch(subject):
        return "the subject must be the code of a region or an agency"
    if not (number.isascii() and number.isdigit() and 0 < int(number) <= _MOST):
        return "the number must be a whole number above 0"
    if not source:
        return "the source must be named"
    try:
        date.fromisoformat(str(row["date"]).strip())
    except ValueError:
        return "the date must look like 2020-09-30"
    return ""
