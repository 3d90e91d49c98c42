"""Lines that no system may count: each is a good form, and then something happened to it."""

import json
import random
from collections.abc import Callable
from typing import Any, Final

import msgspec

from services.cli.generate.seeds import uuid
from shared.contracts.submission import Submission

Answers = dict[str, Any]

_FAR: Final = "2199-01-01"
_NOWHERE: Final = "99.99.99.9999"
_TOO_MANY: Final = 70
_TOO_LONG: Final = 300_000


def broken_line(form: Submission, rng: random.Random) -> bytes:
    """One line made from the form, under an id of its own."""
    return break_form(form, rng.choice(tuple(BREAKAGES)), rng)


def break_form(form: Submission, kind: str, rng: random.Random) -> bytes:
    """`kind`: a key of BREAKAGES."""
    answers: Answers = msgspec.to_builtins(form)
    answers["id"] = uuid(rng)
    broken = BREAKAGES[kind](answers)
    return broken if isinstance(broken, bytes) else json.dumps(broken, separators=(",", ":")).encode()


def _as_bytes(answers: Answers) -> bytes:
    return json.dumps(answers, separators=(",", ":")).encode()


def _truncated(answers: Answers) -> bytes:
    whole = _as_bytes(answers)
    return whole[: len(whole) * 2 // 3]


def _noise(answers: Answers) -> bytes:
    """Bytes that are no text; no line feed, which would be two lines."""
    return bytes(byte ^ 0x80 for byte in _as_bytes(answers))


def _without(field: str) -> Callable[[Answers], Answers]:
    return lambda answers: {name: value for name, value in answers.items() if name != field}


def _with(**fields: object) -> Callable[[Answers], Answers]:
    return lambda answers: answers | fields


def _with_head(**fields: object) -> Callable[[Answers], Answers]:
    def change(answers: Answers) -> Answers:
        first, *others = answers["members"]
        return answers | {"members": [first | fields, *others]}

    return change


def _with_nik(write: Callable[[str], str]) -> Callable[[Answers], Answers]:
    def change(answers: Answers) -> Answers:
        first, *others = answers["members"]
        nik = write(first.get("nik") or "3509121005800001")
        kept = {name: value for name, value in first.items() if name != "no_nik_reason"}
        return answers | {"members": [kept | {"nik": nik}, *others]}

    return change


def _crowd(answers: Answers) -> Answers:
    return answers | {"members": answers["members"][:1] * _TOO_MANY}


def _head_twice(answers: Answers) -> Answers:
    return answers | {"members": [*answers["members"], answers["members"][0] | {"nik": None, "no_nik_reason": 3}]}


def _nik_twice(answers: Answers) -> Answers:
    first = answers["members"][0]
    twin = first | {"relationship": 8, "nik": first.get("nik") or "3509121005800001"}
    return answers | {"members": [twin | {"relationship": 1}, twin]}


BREAKAGES: Final[dict[str, Callable[[Answers], Answers | bytes]]] = {
    "truncated": _truncated,
    "noise": _noise,
    "not-an-object": lambda _: b'["keluarga"]',
    "another-version": _with(version=99),
    "unknown-field": _with(catatan="rahasia"),
    "no-members": _without("members"),
    "no-address": _without("address"),
    "no-housing": _without("housing"),
    "empty-family": _with(members=[]),
    "crowd": _crowd,
    "oversize": _with_head(name="A" * _TOO_LONG),
    "wrong-type": _with_head(sex="laki-laki"),
    "impossible-date": _with_head(birth_date="1990-02-30"),
    "born-in-the-future": _with_head(birth_date=_FAR),
    "unknown-village": _with(address={"village": _NOWHERE}),
    "no-head": _with_head(relationship=8),
    "two-heads": _head_twice,
    "nik-twice": _nik_twice,
    "neither-nik-nor-reason": _with_head(nik=None, no_nik_reason=None),
    "nik-letter-o": _with_nik(lambda nik: nik[:-1] + "O"),
    "nik-fifteen-digits": _with_nik(lambda nik: nik[:-1]),
    "nik-from-spreadsheet": _with_nik(lambda nik: f"{nik[0]}.{nik[1:6]}E+15"),
    "nik-serial-zero": _with_nik(lambda nik: nik[:12] + "0000"),
}
"""Every kind of breakage, by name."""
