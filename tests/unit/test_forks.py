"""Services that are forked: each is as good as one that was started by itself."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.dev.forks import Fork, Forks
from services.cli.dev.plan import Service
from services.cli.dev.process import Started
from tests.processes import is_gone, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="services are started plainly elsewhere")

SERVICE = """
import os, signal, sys, time

def main():
    if os.environ["TASK"] == "leave":
        print(os.environ["TASK"], os.getcwd(), os.environ.get("SECRET"), "secret" in os.environ, flush=True)
        sys.exit(7)
    if os.environ["TASK"] == "break":
        raise ValueError("out of order")
    if os.environ["TASK"] == "stay":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("up", flush=True)
    time.sleep(100)
"""
OWNER = """
import sys, time
from pathlib import Path
from services.cli.dev.forks import Forks
from tests.unit.test_forks import service
folder = Path(sys.argv[1])
with Forks(["toy"], folder=folder, environment={"PYTHONPATH": str(folder)}) as forks:
    print(forks.launch(service(folder, "stay")).pid, flush=True)
    time.sleep(100)
"""


def service(folder: Path, task: str, module: str = "toy") -> Service:
    environment = {"TASK": task, "PYTHONPATH": str(folder)}
    return Service(task, task, module, folder / "logs" / f"{task}.log", environment, grace=0.5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy/__init__.py").touch()
    (tmp_path / "toy/__main__.py").write_text(SERVICE, encoding="ascii")
    return tmp_path


@pytest.fixture
def forks(folder: Path) -> Iterator[Forks]:
    given = {"PYTHONPATH": str(folder), "SECRET": "of another"}
    with Forks(["toy"], folder=folder, environment=given) as started:
        yield started


def start(forks: Forks, folder: Path, task: str) -> Started:
    """One that is up."""
    started = forks.launch(service(folder, task))
    log = folder / f"logs/{task}.log"
    until(lambda: log.exists() and log.read_text().endswith("up\n"))
    return started


def ended(started: Started) -> int:
    until(lambda: started.exit_code() is not None)
    code = started.exit_code()
    assert code is not None
    return code


def test_a_fork_has_its_own_folder_log_environment_and_exit_code(forks: Forks, folder: Path) -> None:
    left = forks.launch(service(folder, "leave"))
    assert isinstance(left, Fork)
    assert ended(left) == 7
    assert (folder / "logs/leave.log").read_text() == f"leave {folder} None False\n"
    assert ended(forks.launch(service(folder, "break"))) == 1
    assert (folder / "logs/break.log").read_text().endswith("ValueError: out of order\n")
    left.stop()


def test_a_fork_is_called_by_its_name(forks: Forks, folder: Path) -> None:
    started = start(forks, folder, "wait")
    process = Path(f"/proc/{started.pid}")
    assert (process / "comm").read_text() == "wait\n"
    assert (process / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")[1:] == [b"-m", b"toy"]


def test_the_end_of_one_is_told_and_the_others_go_on(forks: Forks, folder: Path) -> None:
    stays, killed = start(forks, folder, "stay"), start(forks, folder, "wait")
    os.kill(killed.pid, signal.SIGKILL)
    assert ended(killed) == 128 + signal.SIGKILL
    again = forks.launch(service(folder, "wait"))
    assert again.pid != killed.pid
    assert (stays.exit_code(), again.exit_code()) == (None, None)


def test_a_stopped_one_is_gone_and_who_ignores_that_is_killed(forks: Forks, folder: Path) -> None:
    stays, waits = start(forks, folder, "stay"), start(forks, folder, "wait")
    for started, number in ((waits, signal.SIGTERM), (stays, signal.SIGKILL)):
        started.stop()
        started.stop()
        assert is_gone(started.pid)
        assert started.exit_code() == 128 + number


def test_forks_die_with_the_process_that_forked_them_and_another_takes_its_place(forks: Forks, folder: Path) -> None:
    first = start(forks, folder, "stay")
    os.kill(parent_of(first.pid), signal.SIGKILL)
    until(lambda: is_gone(first.pid))
    assert ended(first) == 128 + signal.SIGKILL
    first.stop()
    second = forks.launch(service(folder, "wait"))
    assert isinstance(second, Fork)
    assert second.exit_code() is None


def test_forks_end_when_the_process_that_forked_them_is_told_to(forks: Forks, folder: Path) -> None:
    started = start(forks, folder, "wait")
    os.kill(parent_of(started.pid), signal.SIGTERM)
    assert ended(started) == 128 + signal.SIGTERM


def test_where_nothing_can_be_forked_services_are_started_plainly(folder: Path) -> None:
    with Forks(["nothing"], folder=folder, environment={}) as forks:
        started = forks.launch(service(folder, "leave"))
        assert not isinstance(started, Fork)
        started.stop()
    assert "nothing" in (folder / "logs/forks.log").read_text()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_forks_go_with_their_owner(folder: Path, number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        fork = int(owner.stdout.readline())
        owner.send_signal(number)
    until(lambda: is_gone(fork))


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
