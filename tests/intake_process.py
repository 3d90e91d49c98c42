"""Intake as processes of its own, for the tests that load, stop and kill it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from shared.runtime.settings import Settings

START_SECONDS = 60.0
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class IntakeProcess:
    url: str
    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    def answers(self, path: str) -> int | None:
        """The status, or None where nobody answers."""
        try:
            return httpx.get(self.url + path, timeout=5.0).status_code
        except httpx.HTTPError:
            return None

    def seconds(self) -> float:
        """CPU time of the process, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def workers(self) -> list[int]:
        """Process ids of the workers, of the single process where there is no crew."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii").split()
        return [int(pid) for pid in found] or [self.process.pid]


@contextmanager
def intake_process(
    settings: Settings, *, workers: int = 1, module: str = "services.intake", **environment: str
) -> Iterator[IntakeProcess]:
    """Ready. What it logged is in `log`. `module`: what is run."""
    port = free_port()
    settings.state.mkdir(parents=True, exist_ok=True)
    log = settings.state / f"intake-{port}.log"
    given = {
        "CACAH_KAFKA": settings.kafka,
        "CACAH_MONGO": settings.mongo,
        "CACAH_DATABASE": settings.database,
        "CACAH_STATE": str(settings.state),
        "CACAH_KEYS": str(settings.keys),
        "CACAH_INTAKE_PORT": str(port),
        "CACAH_INTAKE_WORKERS": str(workers),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            env={**os.environ, **given, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    intake = IntakeProcess(f"http://127.0.0.1:{port}", port, process, log)
    try:
        wait_for(lambda: intake.answers("/readyz") == 200 or None, START_SECONDS, lambda: log.read_text("utf-8"))
        yield intake
    finally:
        process.terminate()
        try:
            process.wait(40)
        finally:
            # Whatever is left of the session that was begun here.
            with_group(process.pid, signal.SIGKILL)


def with_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait_for(look: Callable[[], Found | None], seconds: float = 60.0, say: Callable[[], str] = str) -> Found:
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"not within {seconds} s\n{say()}"
        time.sleep(0.05)
    return found
