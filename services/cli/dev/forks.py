"""Services started as forks of one process that has imported them all; see `forking.py`."""

import json
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from services.cli.dev.environment import UNBUFFERED
from services.cli.dev.plan import Service
from services.cli.dev.process import Started, launch

MODULE: Final = "services.cli.dev.forking"
FORK_SECONDS: Final = 60.0
"""The first one waits until everything is imported."""
_LATE_SECONDS: Final = 5.0
_END_SECONDS: Final = 60.0
"""More than the grace of every service."""
_KILLED: Final = 137
_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy would start some, and a fork has only the one that forked."""
_CAN_FORK: Final = sys.platform == "linux"
"""On macOS libraries of the system may not be used in a fork."""


class Forks:
    """Begins to import at once, in the background. Where that process is gone, another one is started with the next
    service; where it does not answer, services are started plainly. A context manager."""

    def __init__(self, modules: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> None:
        """`environment`: that of Python itself; every service comes with its own."""
        self._modules = modules
        self._folder = folder
        self._environment = {**environment, **UNBUFFERED, **_ONE_THREAD}
        self._parent = _Parent(self._modules, folder, self._environment) if _CAN_FORK else None

    def launch(self, service: Service) -> Started:
        """Raises EngineError."""
        if self._parent is None:
            return launch(service)
        if self._parent.is_gone():
            self._parent = _Parent(self._modules, self._folder, self._environment)
        return self._parent.fork(service) or launch(service)

    def close(self) -> None:
        if self._parent is not None:
            self._parent.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Fork:
    """One service."""

    def __init__(self, parent: "_Parent", pid: int, grace: float) -> None:
        self._parent = parent
        self.pid = pid
        self._grace = grace

    def exit_code(self) -> int | None:
        """None while it runs; 128 + signal when it was killed."""
        return self._parent.exit_code(self.pid)

    def ask_to_stop(self) -> None:
        """Does not wait for it: `stop` does."""
        self._parent.ask_to_stop(self.pid)

    def stop(self) -> None:
        """Returns when it is gone, at most its grace time and a few seconds later. Safe to call again."""
        self._parent.stop(self.pid, self._grace)


class _Parent:
    """The process that forks."""

    def __init__(self, modules: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._channel, theirs = socket.socketpair()
        self._rest = b""
        self._gone = False
        self._started: list[int] = []
        self._codes: dict[int, int] = {}
        with theirs, (folder / "logs" / "forks.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", MODULE, *modules],
                stdin=theirs.fileno(),
                stdout=log,
                stderr=log,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )

    def is_gone(self) -> bool:
        self._hear(0.0)
        return self._gone

    def fork(self, service: Service) -> Fork | None:
        """None where it does not answer; then it is gone, and its forks with it."""
        wanted = {
            "module": service.module,
            "name": service.name,
            "folder": str(service.log.parent.parent.absolute()),
            "log": str(service.log.absolute()),
            "environment": dict(service.environment),
            "grace": service.grace,
        }
        self._say({"start": wanted})
        deadline = time.monotonic() + FORK_SECONDS
        while not self._started and not self._gone:
            self._hear(deadline - time.monotonic())
            if time.monotonic() > deadline:
                self._kill()
        return Fork(self, self._started.pop(), service.grace) if self._started else None

    def exit_code(self, pid: int) -> int | None:
        self._hear(0.0)
        return self._codes.get(pid, _KILLED if self._gone else None)

    def ask_to_stop(self, pid: int) -> None:
        if self.exit_code(pid) is None:
            self._say({"stop": pid})

    def stop(self, pid: int, grace: float) -> None:
        self.ask_to_stop(pid)
        deadline = time.monotonic() + grace + _LATE_SECONDS
        while self.exit_code(pid) is None:
            self._hear(max(0.0, deadline - time.monotonic()))
            if time.monotonic() > deadline:
                self._kill()

    def end(self) -> None:
        """Ends the forks that are left, and the process. Safe to call again."""
        self._channel.close()
        self._gone = True
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()

    def _kill(self) -> None:
        """Its forks die with it."""
        self._process.kill()
        self._process.wait()
        self._channel.close()
        self._gone = True

    def _say(self, request: Mapping[str, Any]) -> None:
        try:
            self._channel.sendall(json.dumps(request).encode() + b"\n")
        except OSError:
            self._kill()

    def _hear(self, patience: float) -> None:
        """Takes in what was reported, waiting for at most `patience` seconds for it."""
        while not self._gone and select.select([self._channel], [], [], max(0.0, patience))[0]:
            try:
                received = self._channel.recv(1 << 16)
            except ConnectionResetError:
                received = b""
            if not received:
                self._kill()
            *lines, self._rest = (self._rest + received).split(b"\n")
            for line in lines:
                report = json.loads(line)
                if "started" in report:
                    self._started.append(report["started"])
                else:
                    self._codes[report["ended"]] = report["code"]
            patience = 0.0
