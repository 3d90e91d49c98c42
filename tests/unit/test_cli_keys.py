"""`cacah keys`: what is there is named, and nothing of it is shown."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.cli.keys import init_keys, list_keys, new_keys
from shared.domain.census import WIB
from shared.runtime.keys import load_keys
from shared.runtime.settings import Settings


def test_every_secret_is_named_with_its_state_and_none_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(keys=tmp_path)
    init_keys(settings)
    new_keys(settings, 2)
    payload = load_keys(tmp_path).payload
    day = datetime.now(WIB).date() - timedelta(days=40)
    payload.make_ahead(day)
    payload.shred(f"d{day:%Y%m%d}", "for a test")
    (tmp_path / "payload" / "k1.key").write_text("07" * 32, encoding="ascii")
    capsys.readouterr()
    list_keys(settings, as_json=True)
    told = capsys.readouterr().out
    states = [(each["kind"], each["state"]) for each in json.loads(told)]
    assert states.count(("hmac", "in use")) == 4
    assert [state for kind, state in states if kind == "payload"] == ["shredded", "in use", "ahead", "ahead", "opens"]
    assert {("aside", "in use"), ("kek", "in use"), ("receipt", "in use")} <= set(states)
    files = {path.stem for path in tmp_path.rglob("*.key")} - {each["id"] for each in json.loads(told)}
    assert not files
    secrets = [path.read_text(encoding="ascii").split() for path in tmp_path.rglob("*") if path.is_file()]
    assert not [part for parts in secrets for part in parts if len(part) > 16 and part in told]


def test_keys_that_are_there_are_left_and_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init_keys(Settings(keys=tmp_path))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    capsys.readouterr()
    init_keys(Settings(keys=tmp_path))
    assert "made" not in capsys.readouterr().out
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
