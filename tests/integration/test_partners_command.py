"""`cacah partners`, from a new key to its end, as intake sees it."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from services.cli.app import run
from services.intake.access import Access
from services.intake.problems import Refused
from shared.runtime.partners.mongo import MongoPartners
from tests.conftest import System

pytestmark = pytest.mark.engines


class Command:
    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._patch = monkeypatch

    def __call__(self, *words: str, code: int = 0) -> str:
        self._patch.setattr("sys.argv", ["cacah", "partners", *words])
        try:
            ended: int | str | None = run()
        except SystemExit as left:
            ended = left.code
        shown = self._capsys.readouterr()
        assert ended == code, shown
        return shown.err if code else shown.out

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def partners(system: System, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    for name in ("kafka", "mongo", "database", "state", "keys"):
        monkeypatch.setenv(f"CACAH_{name.upper()}", str(getattr(system.settings, name)))
    return Command(capsys, monkeypatch)


def admitted(system: System, keys: Sequence[str]) -> list[str]:
    """What each key is told by an intake that has just started."""

    async def ask() -> list[str]:
        async with AsyncMongoClient[dict[str, Any]](system.settings.mongo) as client:
            access = Access(MongoPartners(client, system.settings.database))
            await access.start()
            answers = []
            for key in keys:
                try:
                    answers.append((await access.admit(f"Bearer {key}", "submit")).id)
                except Refused as refused:
                    answers.append(refused.code)
            await access.stop()
            return answers

    return asyncio.run(ask())


def test_a_key_lives_from_add_to_revoke(system: System, partners: Command) -> None:
    first = partners.json("add", "sekolah-a", "--scope", "submit", "--name", "SD A")["key"]
    assert partners("add", "sekolah-a", "--scope", "submit", code=1).count("already") == 1
    assert admitted(system, [first]) == ["sekolah-a"]
    (listed,) = partners.json("list")
    assert listed["scopes"] == ["submit"]
    assert listed["keys"][0]["used_at"] is not None
    second = partners("rotate", "sekolah-a", "--grace", "1").split()[-1]
    third = partners.json("rotate", "sekolah-a", "--grace", "0")["key"]
    assert admitted(system, [first, second, third]) == ["key-unknown", "key-unknown", "sekolah-a"]
    shown = partners("list")
    assert third[6:14] in shown
    assert not any(key[15:] in shown for key in (first, second, third))
    partners("revoke", "sekolah-a", "--key", third[6:14])
    assert admitted(system, [third]) == ["key-unknown"]
    partners("revoke", "sekolah-a")
    assert "revoked" in partners("rotate", "sekolah-a", code=1)


def test_what_makes_no_sense_is_refused_with_a_fix(partners: Command) -> None:
    assert "one of submit, roster, read, operate" in partners("add", "dinas", "--scope", "all", code=2)
    assert "agencies" in partners("add", "dinas", "--scope", "roster", code=2)
    assert "cacah partners list" in partners("revoke", "nobody", code=1)


def test_an_engine_that_is_away_is_exit_3(partners: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CACAH_MONGO", "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100")
    partners("list", code=3)
