"""`cacah nik`: what card numbers say, one a line, without saying the numbers."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TextIO

from shared.domain.card_messages import CARD_MESSAGES
from shared.domain.nik import Nik, parse_nik


def run(lines: Iterable[str], out: TextIO, *, as_of: date, as_json: bool) -> None:
    """Write one answer per line read, in order; an empty line is an empty number and has an answer too.

    Args:
        lines: candidates, with or without their line ends.
        as_of: the day after which a birth date is in the future.
        as_json: one JSON object a line, or else text for reading.
    """
    render = _as_json if as_json else _as_text
    out.writelines(render(number, parse_nik(line, as_of=as_of)) for number, line in enumerate(lines, start=1))


def _as_json(_: int, nik: Nik) -> str:
    answer = {
        "valid": nik.valid,
        "errors": nik.errors,
        "warnings": nik.warnings,
        "sex": nik.sex,
        "birth_dates": [day.isoformat() for day in nik.birth_dates],
        "region": nik.region,
    }
    return json.dumps(answer) + "\n"


def _as_text(number: int, nik: Nik) -> str:
    says = [nik.region, nik.sex, " / ".join(day.isoformat() for day in nik.birth_dates)]
    head = f"{number}: {'valid' if nik.valid else 'not valid'}"
    return "\n".join([", ".join([head, *(part for part in says if part)]), *_explained(nik), ""])


def _explained(nik: Nik) -> Iterator[str]:
    for code in (*nik.errors, *nik.warnings):
        entry = CARD_MESSAGES[code]
        yield f"   {entry.severity} {code}"
        yield f"      {entry.message.id} {entry.remedy.id}"
        yield f"      {entry.message.en} {entry.remedy.en}"
