"""The example of a reader keeps its own table right across stops, repeats and a start from the beginning."""

import importlib.util
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pymongo import MongoClient

from tests.e2e.conftest import Cacah

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "region_table.py"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("region_table", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def table(tmp_path: Path, example: ModuleType) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "regions.sqlite")) as opened:
        opened.executescript(example.SCHEMA)
        yield opened


Row = tuple[str, int, int, int]


def rows(file: Path) -> set[Row]:
    with closing(sqlite3.connect(file)) as table:
        return set(table.execute("SELECT region, version, people, households FROM regions"))


def totals(cacah: Cacah) -> set[Row]:
    with MongoClient[dict[str, Any]](cacah.running.mongo) as client:
        return {
            (
                each["region"],
                each["version"],
                each["counters"].get("persons", 0),
                each["counters"].get("households", 0),
            )
            for each in client[cacah.running.settings["CACAH_DATABASE"]]["regions"].find()
        }


def follow_until_equal(example: ModuleType, cacah: Cacah, file: Path) -> None:
    deadline = time.monotonic() + 60
    example.follow(cacah.running.kafka, str(file), lambda: rows(file) == totals(cacah) or time.monotonic() > deadline)
    assert rows(file) == totals(cacah)


@pytest.mark.engines
@pytest.mark.timeout(240)
def test_the_table_equals_the_totals_after_stops_and_a_second_reading(
    cacah: Cacah, example: ModuleType, tmp_path: Path
) -> None:
    file = tmp_path / "regions.sqlite"
    for seed in ("71", "72"):
        sent = cacah.run("generate", "--region", "35.78", "--households", "40", "--seed", seed)
        assert sent.returncode == 0, sent.stderr
        cacah.wait_until_counted()
        follow_until_equal(example, cacah, file)
    # As after the loss of its positions: everything comes again.
    with closing(sqlite3.connect(file)) as table, table:
        table.execute("UPDATE positions SET next_offset = 0")
    follow_until_equal(example, cacah, file)


def test_an_older_record_and_a_repeat_change_nothing(example: ModuleType, table: sqlite3.Connection) -> None:
    newest = {"region": "35", "version": 7, "people": 9, "households": 3}
    for version in (5, 7, 7, 6):
        table.execute(example.UPSERT, newest if version == 7 else newest | {"version": version, "people": version})
    assert table.execute("SELECT * FROM regions").fetchall() == [("35", 7, 9, 3)]


@pytest.mark.engines
def test_a_place_without_the_topic_is_told(
    example: ModuleType, tmp_path: Path, cacah: Cacah, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(example, "TOPIC", "sensus.nowhere.v1")
    with pytest.raises(SystemExit, match=r"sensus\.nowhere\.v1"):
        example.follow(cacah.running.kafka, str(tmp_path / "none.sqlite"), lambda: True)
