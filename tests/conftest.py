"""Fixtures of all tests: one real Kafka and one real MongoDB for the whole run, started when the first test asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.engines import Endpoints, connect_or_start
from shared.runtime.keys import create_keys
from shared.runtime.settings import Settings
from tests.running import cacah

__all__ = ["cacah"]


_TOGETHER = {
    "a system": ("test_front_door", "test_privacy", "test_fuzz"),
    "another system": ("test_operating", "test_reading_totals", "test_replaying", "test_running"),
    "a third system": ("test_audit_catches", "test_public_figures", "test_repeats", "test_family"),
}
"""Files that share a running system. One alone would be busy for longer than all else together takes."""
_FIRST = ("test_by_hand", *_TOGETHER, "engines", "test_schedules", "test_demo")
"""What takes longest, so that nobody waits for it alone at the end."""


@pytest.hookimpl(tryfirst=True)  # xdist looks for the groups in a hook of its own
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files run beside each other, those that share something in one process. The test that closes the census of a shared
    system comes last there: its dashboard stands still from then on."""
    groups = {item: _group(item) for item in items}
    rank = {name: number for number, name in enumerate(_FIRST)}
    items.sort(key=lambda item: (rank.get(groups[item], len(rank)), item.get_closest_marker("closes") is not None))
    for item, name in groups.items():
        item.add_marker(pytest.mark.xdist_group(name))


def _group(item: pytest.Item) -> str:
    file = item.path.stem
    for name, files in _TOGETHER.items():
        if file in files:
            return name
    needs_engines = "engines" in getattr(item, "fixturenames", ())
    return "engines" if needs_engines and file not in _FIRST else file


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    with connect_or_start(tmp_path_factory.mktemp("engines"), fast_start=True) as started:
        yield started.endpoints


@dataclass(frozen=True, slots=True)
class System:
    """Settings of a system that no other test shares: its own database, keys and state."""

    settings: Settings


@pytest.fixture
def system(engines: Endpoints, tmp_path: Path) -> System:
    name = f"test_{uuid4().hex[:12]}"
    create_keys(tmp_path / "keys")
    return System(
        Settings(
            kafka=engines.kafka,
            mongo=engines.mongo,
            database=name,
            state=tmp_path / "state",
            keys=tmp_path / "keys",
            partitions=2,
        )
    )
