"""The system under chaos, as `cacah dev` runs it, and the processes of it that are killed: no others."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from services.cli.running import Running, find_running

_START_SECONDS: Final = 180.0
_STOP_SECONDS: Final = 90.0
_POLL: Final = 0.05


class NotReadyError(Exception):
    """The system did not start, or ended by itself."""


class VictimSystem:
    """`workers`: of each stage."""

    def __init__(self, state: Path, *, workers: int, environment: Mapping[str, str]) -> None:
        self.state = state
        self.log = state.with_name("dev.log")
        self._workers = workers
        self._environment = {**os.environ, **environment, "CACAH_STATE": str(state)}
        self._dev: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        command = [str(Path(sys.executable).with_name("cacah")), "dev", "--workers", str(self._workers)]
        with self.log.open("wb") as output:
            self._dev = subprocess.Popen(command, env=self._environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            self._wait_until_ready()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def running(self) -> Running:
        """Raises NotReadyError."""
        assert self._dev is not None, "enter first"
        found = find_running(self.state)
        if found is None or self._dev.poll() is not None:
            raise NotReadyError(f"the system ended by itself; see {self.log}")
        return found

    def pid(self, name: str) -> int | None:
        """Of a process that runs now, by the name that `cacah dev` gives it."""
        found = next((each.pid for each in self.running.processes if each.name == name), None)
        return found if found is not None and self._is_ours(found) else None

    def names(self, kind: str) -> list[str]:
        return [each.name for each in self.running.processes if each.name.partition("-")[0] == kind]

    def signal(self, name: str, number: signal.Signals) -> bool:
        """Whether there was such a process to signal."""
        pid = self.pid(name)
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, number)
            return True
        return False

    def _is_ours(self, pid: int) -> bool:
        """Each runs under a guard that `cacah dev` started; a number that was used again belongs to somebody else."""
        assert self._dev is not None
        guard = _parent(pid)
        return guard is not None and _parent(guard) == self._dev.pid

    def _wait_until_ready(self) -> None:
        assert self._dev is not None
        deadline = time.monotonic() + _START_SECONDS
        while True:
            found = find_running(self.state) if self.state.exists() else None
            if found is not None and found.ready:
                return
            if self._dev.poll() is not None or time.monotonic() > deadline:
                raise NotReadyError(self.log.read_text(encoding="utf-8"))
            time.sleep(_POLL)

    def _end(self) -> None:
        assert self._dev is not None
        if self._dev.poll() is None:
            self._dev.send_signal(signal.SIGINT)
        try:
            self._dev.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Its guards end whatever it started once it is gone.
            self._dev.kill()
            self._dev.wait()


def _parent(pid: int) -> int | None:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    # The name of the program stands in brackets and may hold anything.
    state, parent = status.rpartition(")")[2].split()[:2]
    return None if state == "Z" else int(parent)
