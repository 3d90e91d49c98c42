"""Final totals. Seen to fail with only the nation signed, and with a verification that does not re-encode."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.cli.app import run
from shared.contracts.final_totals import (
    FinalTotals,
    FinalTotalsError,
    PublicFigures,
    encode_signed,
    sign_figures,
    sign_totals,
    unequal_sums,
    verify_figures,
    verify_totals,
)
from shared.contracts.receipt import key_set, public_key_of

SECRET = bytes(range(32))
PUBLIC = public_key_of(SECRET)
VILLAGES = ("35.09.12.2003", "35.09.12.2004", "35.78.01.1001")


def totals(persons: int = 7) -> FinalTotals:
    regions: dict[str, dict[str, int]] = {}
    for number, village in enumerate(VILLAGES):
        for code in ("00", village[:2], village[:5], village[:8], village):
            regions.setdefault(code, {"persons": 0})["persons"] += persons + number
    return FinalTotals(
        version=1,
        census_day="2026-09-01",
        generation="g1",
        closed_at="2026-12-01T00:00:00Z",
        topic_id="ab" * 16,
        positions=[5, 7],
        chains={"ledger.household": ["cd" * 32]},
        cells=120,
        records=12,
        regions=regions,
        agencies={"DINAS-UJI": {"members": 3}},
    )


def test_signed_totals_are_verified_with_the_public_key() -> None:
    signed = encode_signed(sign_totals(totals(), SECRET))
    assert verify_totals(signed, [public_key_of(bytes(32)), PUBLIC]) == totals()
    assert verify_totals(json.dumps(json.loads(signed), indent=2).encode(), [PUBLIC]) == totals()
    with pytest.raises(FinalTotalsError, match="not known here"):
        verify_totals(signed, [public_key_of(bytes(32))])


@given(st.data())
@settings(max_examples=200)
def test_any_flipped_bit_fails_or_changes_nothing(data: st.DataObject) -> None:
    signed = bytearray(encode_signed(sign_totals(totals(), SECRET)))
    bit = data.draw(st.integers(0, 8 * len(signed) - 1))
    signed[bit // 8] ^= 1 << bit % 8
    try:
        found = verify_totals(bytes(signed), [PUBLIC])
    except FinalTotalsError:
        return
    # A hexadecimal digit in capitals is the same digit.
    assert found == totals()


@pytest.mark.parametrize(
    "change",
    [
        {"positions": [5, 8]},
        {"chains": {"ledger.household": ["ce" * 32]}},
        {"agencies": {}},
        {"census_day": "2026-09-02"},
        {"cells": 121},
    ],
)
def test_every_part_is_signed(change: dict[str, Any]) -> None:
    signed = json.loads(encode_signed(sign_totals(totals(), SECRET)))
    signed["totals"] |= change
    with pytest.raises(FinalTotalsError, match="does not fit"):
        verify_totals(json.dumps(signed).encode(), [PUBLIC])


@pytest.mark.parametrize("document", [b"", b"{}", b"[]", b'{"totals":{},"key_id":"","signature":""}'])
def test_what_is_no_document_is_refused(document: bytes) -> None:
    with pytest.raises(FinalTotalsError, match="not final totals"):
        verify_totals(document, [PUBLIC])


def test_regions_add_up_or_are_named() -> None:
    assert list(unequal_sums(totals())) == []
    regions = {code: dict(counters) for code, counters in totals().regions.items()}
    regions["35.09"]["persons"] += 1
    assert set(unequal_sums(msgspec.structs.replace(totals(), regions=regions))) == {"35", "35.09"}


def test_the_command_needs_no_system(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, keys = tmp_path / "final.json", tmp_path / "jwks.json"
    keys.write_text(json.dumps(key_set([PUBLIC])))
    monkeypatch.setenv("CACAH_STATE", str(tmp_path / "nothing"))

    def verify(signed: FinalTotals) -> tuple[object, str]:
        file.write_bytes(encode_signed(sign_totals(signed, SECRET)))
        monkeypatch.setattr("sys.argv", ["cacah", "close", "--verify", str(file), "--keys", str(keys)])
        try:
            code: object = run()
        except SystemExit as left:
            code = left.code
        return code, capsys.readouterr().out

    assert verify(totals()) == (
        0,
        "OK persons=24 households=0 regions=9 agencies=1 cells=120 records=12 closed_at=2026-12-01T00:00:00Z\n",
    )
    unequal = msgspec.structs.replace(totals(), regions={**totals().regions, "00": {"persons": 1}})
    assert verify(unequal) == (1, "FAIL regions=1 do not add up, first=00\n")


def figures(agencies: dict[str, dict[str, int]]) -> PublicFigures:
    return PublicFigures(
        version=1,
        census_day="2026-09-01",
        closed_at="2026-12-01T00:00:00Z",
        step=7,
        totals="ab" * 32,
        regions={"00": {"persons": 70}},
        agencies=agencies,
    )


def test_public_figures_of_agencies_are_signed_and_left_out_where_there_are_none() -> None:
    some = figures({"DINAS-UJI": {"members": 30}})
    signed = encode_signed(sign_figures(some, SECRET))
    assert verify_figures(signed, [PUBLIC]) == some
    with pytest.raises(FinalTotalsError, match="does not fit"):
        verify_figures(signed.replace(b'"members":30', b'"members":31'), [PUBLIC])
    alone = encode_signed(sign_figures(figures({}), SECRET))
    assert b"agencies" not in alone
    assert verify_figures(alone, [PUBLIC]) == figures({})
