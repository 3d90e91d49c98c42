"""The guard: an engine lives exactly as long as somebody wants it."""

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from deploy.engines.errors import EngineError
from deploy.engines.process import GuardedProcess
from tests.processes import is_gone, until

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(100)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(100)",
]
# Whoever runs the tests may have told them to ignore hang-ups: nohup does.
OWNER = """
import os, signal, sys, time
from pathlib import Path
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from deploy.engines.process import GuardedProcess
folder = Path(sys.argv[1])
process = GuardedProcess("engine", sys.argv[2:], folder=folder, log=folder / "log", grace=0.5)
print(process.pid, flush=True)
time.sleep(100)
"""


@pytest.fixture
def start(tmp_path: Path) -> Callable[[Sequence[str]], GuardedProcess]:
    def started(command: Sequence[str]) -> GuardedProcess:
        log = tmp_path / "log"
        process = GuardedProcess("engine", command, folder=tmp_path, log=log, grace=0.5)
        until(lambda: b"up" in log.read_bytes())
        return process

    return started


Start = Callable[[Sequence[str]], GuardedProcess]


def test_a_stopped_engine_is_gone_when_stop_returns(start: Start) -> None:
    process = start(SLEEPER)
    assert process.exit_code() is None
    process.stop()
    process.stop()
    assert is_gone(process.pid)
    assert process.exit_code() == 128 + signal.SIGTERM


def test_an_engine_that_ignores_sigterm_is_killed(start: Start) -> None:
    process = start(STUBBORN)
    process.stop()
    assert process.exit_code() == 128 + signal.SIGKILL


def test_a_frozen_engine_is_killed(start: Start) -> None:
    process = start(SLEEPER)
    process.kill(signal.SIGSTOP)
    process.stop()
    assert is_gone(process.pid)


def test_an_engine_that_dies_is_noticed_and_reported(start: Start) -> None:
    process = start(SLEEPER)
    process.kill(signal.SIGKILL)
    assert process.wait(10) == 128 + signal.SIGKILL
    process.kill(signal.SIGKILL)  # there is nobody left to kill
    process.stop()


def test_the_exit_code_is_the_engines(tmp_path: Path) -> None:
    code = "print('bye'); raise SystemExit(7)"
    process = GuardedProcess("engine", [sys.executable, "-c", code], folder=tmp_path, log=tmp_path / "log", grace=1.0)
    assert process.wait(10) == 7
    process.stop()
    assert (tmp_path / "log").read_text() == "bye\n"


def test_a_killed_guard_does_not_save_its_engine(start: Start) -> None:
    process = start(SLEEPER)
    process._guard.kill()
    until(lambda: process.exit_code() is not None)
    assert not is_gone(process.pid)
    process.stop()
    assert is_gone(process.pid)


def test_a_guard_told_to_stop_takes_its_engine_along(start: Start) -> None:
    process = start(SLEEPER)
    process._guard.terminate()
    assert process.wait(10) == 128 + signal.SIGTERM
    process.stop()
    assert is_gone(process.pid)


def test_a_program_that_cannot_be_run_is_an_error_with_the_log(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="engine cannot be run") as caught:
        GuardedProcess("engine", [tmp_path / "nothing"], folder=tmp_path, log=tmp_path / "log", grace=1.0)
    assert str(tmp_path / "log") in caught.value.fix
    assert "cannot be run" in (tmp_path / "log").read_text()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_an_engine_goes_with_its_owner(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path), *STUBBORN], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        engine = int(owner.stdout.readline())
        owner.send_signal(number)
    until(lambda: is_gone(engine))


def test_an_engine_started_by_a_thread_outlives_that_thread(tmp_path: Path) -> None:
    """A parent-death signal would fire here: it is tied to the thread, not to the process."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        process = pool.submit(
            GuardedProcess, "engine", SLEEPER, folder=tmp_path, log=tmp_path / "log", grace=0.5
        ).result()
    assert process.wait(0.3) is None
    process.stop()


def test_settings_and_secrets_do_not_reach_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CACAH_SECRET", "pantun")
    show = [sys.executable, "-c", "import os; print(sorted(os.environ))"]
    process = GuardedProcess("engine", show, folder=tmp_path, log=tmp_path / "log", grace=1.0)
    assert process.wait(10) == 0
    process.stop()
    assert "CACAH_SECRET" not in (tmp_path / "log").read_text()
