"""A system as `cacah dev` runs it, for the tests that look at it from outside."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from services.cli.known import known_settings
from services.cli.running import Running, find_running
from shared.streaming.progress.look import Looker
from tests.sharing import shared

PROGRAM = str(Path(sys.executable).with_name("cacah"))
START_SECONDS = 180.0
POLL_SECONDS = 0.1
ANY_PORT = {f"CACAH_{name}_PORT": "0" for name in ("KAFKA", "MONGO", "INTAKE", "DASHBOARD", "PORTAL")}
"""Tests run beside each other: nobody's system wants the usual ports."""
QUICK_KAFKA = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1"}
"""Java compiles what it runs once and quickly: a short life does not earn back the time for more."""
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Cacah:
    """`cacah` in an environment of its own."""

    state: Path
    running: Running

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return run_cacah(arguments, CACAH_STATE=str(self.state), **environment)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Beside whatever else is done; nobody reads what it says."""
        return subprocess.Popen(
            [PROGRAM, *arguments],
            env={**os.environ, "CACAH_STATE": str(self.state)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.run("status", "--json", "--every", "0.1").stdout)
        return answer

    def wait_until_counted(self) -> dict[str, Any]:
        """The status once no accepted record waits, and villages and days show them all too."""
        # A process for every look would keep the system from counting.
        with closing(Looker(known_settings({**os.environ, "CACAH_STATE": str(self.state)}))) as looker:
            wait_for(lambda: ((found := looker.look()).complete and not found.waiting) or None)
        return self.status()


def run_cacah(arguments: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def wait_for(look: Callable[[], Found | None], seconds: float = 120.0) -> Found:
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(POLL_SECONDS)
    return found


@pytest.fixture(scope="module")
def cacah(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Cacah:
    """One for all files of a group."""
    state = tmp_path_factory.mktemp("cacah") / "state"
    return shared(pytestconfig).get("cacah", lambda: dev(state, CACAH_PARTITIONS="2"))


@contextmanager
def dev(state: Path, **environment: str) -> Iterator[Cacah]:
    """`cacah dev` until the end of the context."""
    log = state.with_name("dev.log")
    with log.open("ab") as output:
        process = subprocess.Popen(
            [PROGRAM, "dev"],
            env={**os.environ, **ANY_PORT, **QUICK_KAFKA, "CACAH_STATE": str(state), **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:

        def ready() -> Running | None:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            found = find_running(state) if state.exists() else None
            return found if found is not None and found.ready else None

        yield Cacah(state, wait_for(ready, START_SECONDS))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
