"""What the doctor says of keys; it makes none itself."""

from datetime import datetime
from pathlib import Path

from services.cli.doctor import system
from services.cli.doctor.model import Finding, Patient
from shared.domain.census import WIB
from shared.runtime.keys import create_keys
from shared.runtime.settings import Settings


def looked_at(folder: Path) -> Finding:
    return system.keys(Patient(Settings(keys=folder), None))


def test_keys_that_are_there_are_good_and_none_is_made(tmp_path: Path) -> None:
    create_keys(tmp_path)
    found = looked_at(tmp_path)
    assert (found.outcome, "made when it is needed" in found.says) == ("good", True)
    assert list((tmp_path / "payload").iterdir()) == []


def test_a_missing_a_foreign_and_an_open_key_are_bad(tmp_path: Path) -> None:
    assert looked_at(tmp_path).outcome == "bad"
    keys = create_keys(tmp_path)
    today = keys.payload.of_day(datetime.now(WIB).date())
    wrapped = tmp_path / "payload" / f"{today}.wrapped"
    assert looked_at(tmp_path).outcome == "good"
    wrapped.chmod(0o644)
    assert looked_at(tmp_path).says == f"{wrapped.name} can be read by other users"
    (tmp_path / "kek.key").write_text("00" * 32, encoding="ascii")
    found = looked_at(tmp_path)
    assert (found.outcome, found.fix) == ("bad", "see CACAH_KEK")
