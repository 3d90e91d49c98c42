"""Families without a card number and people without a NIK, from the door to the count: nobody meets a dead end."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from services.deduplicator.fold import DeduplicatorFold
from services.validator.fold import ValidatorFold
from services.validator.reading import Reader
from shared.contracts.changes import DELTAS, decode_deltas
from shared.contracts.envelope import Sealer
from shared.contracts.sections import sections
from shared.domain.counters import count
from shared.domain.household_code import household_code
from shared.ledger.fold import Input
from tests.families import family
from tests.unit.intake_kit import CENSUS_DAY, Intake

CODE = household_code(bytes(range(10)))
UNDER_17, FOREIGNER, NOT_RECORDED, REFUSED = 1, 2, 3, 4


def without_numbers(code: str = CODE, **changed: Any) -> dict[str, Any]:
    """A head who would rather not say, a foreign spouse, a child and somebody whom nobody has recorded yet."""
    form = family({"/card": None, "/code": code})
    for member, reason in zip(form["members"], (REFUSED, FOREIGNER, UNDER_17), strict=True):
        del member["nik"]
        member["no_nik_reason"] = reason
    form["members"][1] |= {"citizenship": 2, "country": "Jepang"}
    other = {"name": "Ibu Contoh", "relationship": 6, "birth_date": "1950-01-01", "sex": 2, "marital_status": 4}
    form["members"].append({**other, "no_nik_reason": NOT_RECORDED, "education": 1, "activity": 4})
    return form | changed


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


def counted(intake: Intake) -> dict[str, int]:
    """What the log comes to, through both folds, in one batch each."""
    reader = Reader(Sealer(intake.keys.payload), intake.keys.identity, CENSUS_DAY)
    records = [Input(0, at, kept.value) for at, kept in enumerate(intake.log.records)]
    claims = folded(ValidatorFold(reader, targets=1), records)
    changes = folded(DeduplicatorFold(), [Input(0, 0, claims)])
    totals: Counter[str] = Counter()
    for tag, payload in sections(changes):
        for row in decode_deltas(payload) if tag == DELTAS else ():
            each = count([int(row["traits"])])
            totals.update({code: number * int(row["sign"]) for code, number in each.items()})
    return totals


def folded(fold: ValidatorFold | DeduplicatorFold, inputs: list[Input]) -> bytes:
    prepared: Any = fold.prepare(inputs)
    states = dict.fromkeys(fold.keys(prepared), b"")
    return fold.fold(prepared, states).outputs[0]


def test_a_family_of_whom_nobody_has_a_number_is_accepted_and_counted_whole(intake: Intake) -> None:
    reply = intake.post(without_numbers())
    assert reply.status == 202, reply.body
    assert reply.json["warnings"] == []
    totals = counted(intake)
    assert (totals["households"], totals["households_clean"]) == (1, 1)
    assert (totals["persons"], totals["without_nik"]) == (4, 4)


def test_the_code_may_be_written_in_another_way_when_the_family_corrects_its_form(intake: Intake) -> None:
    first = intake.post(without_numbers()).json
    correction = {"lineage": first["lineage"], "code": first["correction_code"]}
    smaller = without_numbers(CODE.lower().replace("-", " "), revision=1, correction=correction)
    smaller["members"].pop()
    assert intake.post(smaller).status == 202
    totals = counted(intake)
    assert (totals["households"], totals["persons"]) == (1, 3)


def test_two_families_without_a_card_are_two(intake: Intake) -> None:
    for code in (CODE, household_code(bytes(10))):
        assert intake.post(without_numbers(code)).status == 202
    assert counted(intake)["households"] == 2


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_mistyped_code_is_told_with_the_way_out(intake: Intake, language: str) -> None:
    mistyped = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    reply = intake.post(without_numbers(mistyped), accept_language=language)
    (error,) = reply.json["errors"]
    assert (reply.status, error["pointer"], error["code"]) == (422, "/code", "household-code-mistyped")
    assert {"id": "kode baru", "en": "new one"}[language] in error["remedy"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_who_gives_neither_number_nor_reason_is_told_of_both_ways(intake: Intake, language: str) -> None:
    form = without_numbers()
    del form["code"]
    for member in form["members"]:
        del member["no_nik_reason"]
    errors = intake.post(form, accept_language=language).json["errors"]
    assert [error["pointer"] for error in errors] == ["/card", *(f"/members/{index}/nik" for index in range(4))]
    assert all(error["remedy"] for error in errors)
