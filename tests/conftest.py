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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser come last: Playwright keeps an event loop in this thread, and no other can run beside it."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


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
