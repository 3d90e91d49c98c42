"""An engine as this process sees it: started under a guard, watched, killed for tests, stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.engines.errors import EngineError

GUARD = Path(__file__).with_name("guard.py")
ORPHAN_SECONDS = 5.0
PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "USER", "JDK_JAVA_OPTIONS")
"""Of the caller's environment an engine gets only these: settings and secrets are none of its business. The last one is
how Java's own launcher is told more options."""


class GuardedProcess:
    """Starts `command` at once, in a session of its own, so that Ctrl-C on the terminal does not reach it.

    It runs in `folder` and appends what it prints to `log`. `grace` is how many seconds it has between SIGTERM and
    SIGKILL. `lock` is inherited by the engine, which keeps the state folder locked until the last process that writes
    into it is gone. `environment` replaces the little that is passed on otherwise.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        folder: Path,
        log: Path,
        grace: float,
        lock: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self._grace = grace
        guarded = [sys.executable, "-I", "-S", str(GUARD), str(grace), *map(str, command)]
        with log.open("ab") as sink:
            self._guard = subprocess.Popen(  # noqa: S603
                guarded,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                cwd=folder,
                env=passed_on() if environment is None else environment,
                pass_fds=() if lock is None else (lock,),
                start_new_session=True,
            )
        self.pid = self._read_pid(log)

    def _read_pid(self, log: Path) -> int:
        assert self._guard.stdout is not None
        with self._guard.stdout as report:
            line = report.readline()
        if not line:
            self._close()
            self._guard.wait()
            raise EngineError(f"{self.name} cannot be run", fix=f"see the end of {log}")
        return int(line)

    def exit_code(self) -> int | None:
        """None while it runs; 128 + signal when it was killed."""
        return self._guard.poll()

    def wait(self, seconds: float) -> int | None:
        """The exit code once it has ended by itself; None after `seconds`."""
        try:
            return self._guard.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self, number: signal.Signals) -> None:
        """Signals the engine itself, past its guard; nothing happens when it has ended."""
        if self.exit_code() is None:
            _signal(self.pid, number)

    def ask_to_stop(self) -> None:
        """Does not wait for it: `stop` does."""
        self._close()

    def stop(self) -> None:
        """Returns when the engine is gone, at most `grace` and a few seconds later. Safe to call again."""
        self._close()
        try:
            code = self._guard.wait(self._grace + 5)
        except subprocess.TimeoutExpired:
            self._guard.kill()
            code = self._guard.wait()
        if code < 0:  # the guard itself was killed and could not end its engine
            _kill_orphan(self.pid)

    def _close(self) -> None:
        assert self._guard.stdin is not None
        self._guard.stdin.close()


def _kill_orphan(pid: int) -> None:
    """Waits for its end, which lets go of ports and locks; whoever inherited it collects it."""
    deadline = time.monotonic() + ORPHAN_SECONDS
    while _signal(pid, signal.SIGKILL) and time.monotonic() < deadline:
        time.sleep(0.01)


def passed_on() -> dict[str, str]:
    return {key: os.environ[key] for key in PASSED_ON if key in os.environ}


def _signal(pid: int, number: signal.Signals) -> bool:
    """Whether there was still a process to signal."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
