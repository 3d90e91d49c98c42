"""Fixtures of all tests, and which of them run in one process: those that share a running system, or a real Kafka and a
real MongoDB."""

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from deploy.engines import Endpoints, connect_or_start
from shared.runtime.keys import create_keys
from shared.runtime.settings import Settings
from tests.running import ANY_PORT, cacah
from tests.sharing import shared

__all__ = ["cacah"]


_TOGETHER = {
    "a system": ("test_privacy", "test_front_door"),
    "another system": ("test_operating", "test_reading_totals", "test_running"),
    "a third system": ("test_audit_catches", "test_fuzz", "test_public_figures", "test_repeats", "test_family"),
    "a fourth system": ("test_replaying", "test_shredding_a_day"),
}
"""Files that share a running system. One alone would be busy for longer than all else together takes."""
_ENGINES = ("contract", "integration")
"""Folders whose files share a Kafka and a MongoDB."""
_OF_INTAKE = "engines of intake"
"""Intake's files kill brokers and take long: engines of their own, so that the others need not wait for them."""
_FIRST = ("test_by_hand", *_TOGETHER, "engines", _OF_INTAKE, "test_schedules", "test_demo")
"""What takes longest, so that nobody waits for it alone at the end."""


def group_of(file: Path) -> str:
    """What runs in one process, one after the other."""
    for name, files in _TOGETHER.items():
        if file.stem in files:
            return name
    if file.parent.name not in _ENGINES:
        return file.stem
    return _OF_INTAKE if file.stem.startswith("test_intake") else "engines"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The test that closes the census of a shared system comes last there: its dashboard stands still from then on."""
    groups = {name: number for number, name in enumerate(_FIRST)}
    files = {file: number for together in _TOGETHER.values() for number, file in enumerate(together)}

    def rank(item: pytest.Item) -> tuple[int, int, bool]:
        group = groups.get(group_of(item.path), len(groups))
        return group, files.get(item.path.stem, 0), item.get_closest_marker("closes") is not None

    items.sort(key=rank)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return Groups(config, log)


class Groups(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    def _split_scope(self, nodeid: str) -> str:
        return group_of(Path(nodeid.partition("::")[0]))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if nextitem is None or group_of(nextitem.path) != group_of(item.path):
        shared(item.config).end()


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Endpoints:
    folder = tmp_path_factory.mktemp("engines")
    # The usual ports are for the demo, which may start at the same moment.
    environment = {**ANY_PORT, **os.environ}
    start = partial(connect_or_start, folder, fast_start=True, environment=environment)
    return shared(pytestconfig).get("engines", start).endpoints


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
