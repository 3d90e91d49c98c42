"""Reads the table of made-up card numbers in `nik_cases.tsv`."""

import csv
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal, cast

TABLE: Final = Path(__file__).with_name("nik_cases.tsv")

Sex = Literal["male", "female"]
Answer = dict[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    rule: str
    text: str
    as_of: date
    stated_birth_date: date | None
    stated_sex: Sex | None
    answer: Answer
    """What `cacah nik --json` has to say."""


def rules() -> dict[str, str]:
    """Name -> sentence, from the head of the table."""
    heads = (line[2:].rstrip(".\n") for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("# "))
    return dict(head.split(": ", 1) for head in heads if head.split(":")[0].replace("-", "").isalnum())


def cases() -> list[Case]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [_case(row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def _case(row: dict[str, str]) -> Case:
    return Case(
        rule=row["rule"],
        text=str(json.loads(row["text"])),
        as_of=date.fromisoformat(row["as_of"]),
        stated_birth_date=date.fromisoformat(row["stated_birth_date"]) if row["stated_birth_date"] else None,
        stated_sex=cast("Sex | None", row["stated_sex"] or None),
        answer={
            "valid": row["valid"] == "yes",
            "errors": row["errors"].split(),
            "warnings": row["warnings"].split(),
            "sex": row["sex"] or None,
            "birth_dates": row["birth_dates"].split(),
            "region": row["region"] or None,
        },
    )
