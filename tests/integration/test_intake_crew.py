"""Several intake workers on one port: one may die, all leave together, and none outlives the process above them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from shared.contracts.topics import topic_specs
from shared.streaming.admin import apply_topics
from tests.conftest import System
from tests.families import family
from tests.intake_process import IntakeProcess, intake_process, wait_for

pytestmark = pytest.mark.engines


@pytest.fixture
def crew(system: System) -> Iterator[IntakeProcess]:
    apply_topics(system.settings.kafka, topic_specs(system.settings.partitions, system.settings.generation))
    with intake_process(system.settings, workers=2) as intake:
        yield intake


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_dead_worker_is_replaced_while_the_port_stays_open(crew: IntakeProcess) -> None:
    first, second = crew.workers()
    os.kill(first, signal.SIGKILL)
    answers = [httpx.post(f"{crew.url}/v1/submissions", json=family(), timeout=20).status_code for _ in range(20)]
    assert answers == [202] * 20
    wait_for(lambda: len(set(crew.workers()) - {first}) == 2 or None)
    assert second in crew.workers()
    # And all leave together after a signal.
    workers = crew.workers()
    crew.process.terminate()
    assert crew.process.wait(40) == 0
    assert all(map(gone, workers))


def test_workers_leave_when_the_process_above_them_is_killed(crew: IntakeProcess) -> None:
    workers = crew.workers()
    crew.process.kill()
    crew.process.wait(20)
    wait_for(lambda: all(map(gone, workers)) or None)


def test_a_crew_whose_workers_cannot_start_says_why_and_ends(system: System, tmp_path: Path) -> None:
    nowhere = replace(system.settings, kafka="127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, "-m", "services.intake"],
        env={
            **os.environ,
            "CACAH_KAFKA": nowhere.kafka,
            "CACAH_KEYS": str(tmp_path / "none"),
            "CACAH_INTAKE_PORT": "0",
            "CACAH_INTAKE_WORKERS": "2",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "cacah keys init" in done.stderr
