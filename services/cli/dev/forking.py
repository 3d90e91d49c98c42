"""The process that has imported every service and forks it when asked: a start takes milliseconds instead of seconds.

Started as `python -m services.cli.dev.forking MODULE...`. Standard input is a socket whose other end the supervisor has
(`forks.py`); requests and reports are lines of JSON:

    {"start": {"module", "name", "folder", "log", "environment", "grace"}}  ->  {"started": PID}
    {"stop": PID}  ->  SIGTERM and, GRACE seconds later, SIGKILL
    whenever one ends  ->  {"ended": PID, "code": CODE}

CODE is 128 + signal for what was killed. As a guard does (`deploy/engines/guard.py`), it ends what it started when the
other end is gone or it is told to stop itself. When it is killed, Linux kills its children.

It has one thread, so a fork leaves nothing half done behind. A child has the environment, working folder, log and
signals that `python -m MODULE` would have, and calls `main` of its `__main__`.
"""

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final

_SET_PARENT_DEATH_SIGNAL: Final = 1
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_ARGUMENTS: Final = slice(45, 47)
"""Where `/proc/self/stat`, after the name, has the addresses at which the command line begins and ends."""


@dataclass(slots=True)
class _Children:
    """`graces`: seconds, of those that run. `kill_at`: of those that were told to end."""

    graces: dict[int, float] = field(default_factory=dict)
    kill_at: dict[int, float] = field(default_factory=dict)

    def stop(self, pid: int) -> None:
        if pid in self.graces and pid not in self.kill_at:
            self.kill_at[pid] = time.monotonic() + self.graces[pid]
            os.kill(pid, signal.SIGTERM)

    def kill_late(self) -> None:
        now = time.monotonic()
        for pid in [pid for pid, at in self.kill_at.items() if at <= now]:
            os.kill(pid, signal.SIGKILL)
            self.kill_at[pid] = float("inf")

    def patience(self) -> float | None:
        """Seconds until the next one is to be killed."""
        nearest = min(self.kill_at.values(), default=float("inf"))
        return None if nearest == float("inf") else max(0.0, nearest - time.monotonic())

    def bury(self) -> list[tuple[int, int]]:
        """Process ids and exit codes of those that have ended."""
        ended = []
        for pid in list(self.graces):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                del self.graces[pid]
                self.kill_at.pop(pid, None)
                code = os.waitstatus_to_exitcode(status)
                ended.append((pid, code if code >= 0 else 128 - code))
        return ended


class _Forking:
    """`serve` returns in a child the name of the module that it is to run, and in this process None, at the end."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._children = _Children()
        self._rest = b""
        self._leaving = False
        self._heard, self._rung = os.pipe()

    def serve(self) -> str | None:
        self._ring_on_signals()
        while not (self._leaving and not self._children.graces):
            ready, _, _ = select.select(self._watched(), [], [], self._children.patience())
            if self._heard in ready:
                os.read(self._heard, 64)
            module = self._answer() if self._channel in ready else None
            if module is not None:
                return module
            self._children.kill_late()
            for pid, code in self._children.bury():
                self._report({"ended": pid, "code": code})
            for pid in self._children.graces if self._leaving else ():
                self._children.stop(pid)
        return None

    def _watched(self) -> list[Any]:
        return [self._heard] if self._leaving else [self._heard, self._channel]

    def _ring_on_signals(self) -> None:
        os.set_blocking(self._rung, False)
        signal.set_wakeup_fd(self._rung, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        for number in _SIGNALS:
            signal.signal(number, self._leave)

    def _leave(self, _number: int, _frame: FrameType | None) -> None:
        self._leaving = True

    def _answer(self) -> str | None:
        """In a child, the module that it is to run."""
        received = self._channel.recv(1 << 16)
        if not received:
            self._leaving = True
        *lines, self._rest = (self._rest + received).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if "stop" in request:
                self._children.stop(request["stop"])
            elif self._fork(request["start"]):
                return str(request["start"]["module"])
        return None

    def _fork(self, wanted: dict[str, Any]) -> bool:
        """Whether this is the child."""
        parent = os.getpid()
        # A signal that comes before the child has its own handlers waits for them.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        pid = os.fork()
        if pid == 0:
            for descriptor in (self._channel.detach(), self._heard, self._rung):
                os.close(descriptor)
            _become(wanted, parent)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        if pid:
            self._children.graces[pid] = wanted["grace"]
            self._report({"started": pid})
        return pid == 0

    def _report(self, message: dict[str, int]) -> None:
        try:
            self._channel.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            # Nobody listens any more.
            self._leaving = True


def _become(wanted: dict[str, Any], parent: int) -> None:
    """What a fork needs to be as good as a program that was just started."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, *_SIGNALS):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    os.setsid()
    os.chdir(wanted["folder"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(wanted["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for descriptor, place in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(descriptor, place)
    os.close(nothing)
    os.close(log)
    os.environ.clear()
    os.environ.update(wanted["environment"])
    sys.argv = [wanted["module"]]
    _be_called(wanted["name"], wanted["module"])


def _be_called(name: str, module: str) -> None:
    """Lists of processes show the service: its name in short, and the command line of a plain start in full."""
    Path("/proc/self/comm").write_text(name, encoding="ascii")
    first, last = map(int, Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[_ARGUMENTS])
    title = f"{sys.executable}\0-m\0{module}".encode()
    with Path("/proc/self/mem").open("r+b", buffering=0) as memory:
        memory.seek(first)
        memory.write(title[: last - first - 1].ljust(last - first, b"\0"))


def _main_of(module: str) -> Any:
    return importlib.import_module(f"{module}.__main__")


def _import(modules: list[str]) -> None:
    for module in modules:
        _main_of(module)
    # Nothing of this is garbage; to look for some in a child would copy all of its pages.
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    _import(sys.argv[1:])
    module = _Forking(socket.socket(fileno=os.dup(0))).serve()
    if module is not None:
        _main_of(module).main()
