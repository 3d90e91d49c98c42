"""What stands in the way of a start is one line with its fix, and a code that says whose turn it is."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import run_cacah

pytestmark = [pytest.mark.engines, pytest.mark.timeout(120)]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.fixture
def silent_port() -> int:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port: int = closed.getsockname()[1]
        return port


def only_line(text: str) -> str:
    """What `cacah` says of its failure; steps of the start stand before it."""
    said = [line for line in text.splitlines() if line.startswith("cacah: ")]
    assert len(said) == 1, text
    assert "Traceback" not in text
    return said[0]


@pytest.mark.parametrize("engine", ["KAFKA", "MONGO"])
def test_an_engine_that_is_not_there(engine: str, silent_port: int, tmp_path: Path) -> None:
    address = f"127.0.0.1:{silent_port}" if engine == "KAFKA" else f"mongodb://127.0.0.1:{silent_port}/?replicaSet=x"
    done = run_cacah(["dev"], CACAH_STATE=str(tmp_path / "state"), **{f"CACAH_{engine}": address})
    assert done.returncode == 3
    assert f"correct CACAH_{engine}" in only_line(done.stderr)


@pytest.mark.parametrize(
    "setting", ["CACAH_INTAKE_PORT", "CACAH_DASHBOARD_PORT", "CACAH_KAFKA_PORT", "CACAH_MONGO_PORT"]
)
def test_a_port_that_was_asked_for_and_is_taken(setting: str, taken_port: int, tmp_path: Path) -> None:
    done = run_cacah(["dev"], CACAH_STATE=str(tmp_path / "state"), **{setting: str(taken_port)})
    assert done.returncode == 3
    assert f"port {taken_port} ({setting}) is taken" in only_line(done.stderr)
    assert "fix: " in done.stderr


def test_a_state_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run_cacah(["dev"], CACAH_STATE=str(tmp_path / "file" / "state"))
    assert done.returncode != 0
    assert str(tmp_path) in only_line(done.stderr)


def test_settings_that_cannot_be_used_are_all_named(tmp_path: Path) -> None:
    done = run_cacah(["dev"], CACAH_STATE=str(tmp_path), CACAH_PARTITIONS="many", CACAH_INTAKE_PORT="-1")
    assert done.returncode == 2
    assert "CACAH_PARTITIONS" in done.stderr
    assert "CACAH_INTAKE_PORT" in done.stderr


@pytest.mark.parametrize("command", ["status", "audit"])
def test_a_look_at_a_system_that_does_not_run(command: str, tmp_path: Path, silent_port: int) -> None:
    done = run_cacah([command], CACAH_STATE=str(tmp_path), CACAH_KAFKA=f"127.0.0.1:{silent_port}")
    assert done.returncode == 3
    assert "fix: " in only_line(done.stderr)
