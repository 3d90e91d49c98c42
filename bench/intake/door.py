"""Intake as a process for a bench, and what its forms cost whom."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from bench.contest import Ring, prepare, processes
from bench.corpus import Corpus, Lot
from bench.meter import cpu_seconds, idle_and_all, idle_share, peak_mb
from bench.peers.cacah import PEER
from deploy.engines.ports import spare_port
from deploy.engines.process import GuardedProcess
from services.cli.dev.environment import of_services
from shared.runtime.settings import Settings

_START_SECONDS = 60.0
_CONNECTIONS = 256
"""Each sends its next form when the last one is answered: with few of them it is the time of an answer that is measured."""
_LUA = Path(__file__).with_name("single.lua")


@dataclass(frozen=True, slots=True)
class Trial:
    """`way`: `single` or `batch`. `stages`: whether forms are counted at the same time."""

    way: str
    workers: int
    stages: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Rates in forms a second, processor time in microseconds a form, latencies in milliseconds where they are told.

    `stages_us`: of the three stages together. `idle`: share of the machine.
    """

    way: str
    workers: int
    stages: bool
    forms: int
    refused: int
    rate: float
    intake_us: float
    client_us: float
    kafka_us: float
    mongod_us: float
    stages_us: float
    peak_mb: float
    idle: float
    p50_ms: float | None = None
    p99_ms: float | None = None


def attempt(ring: Ring, trial: Trial, number: int, seconds: float, *, warm_up: Path, file: Path) -> Found:
    """Let the forms of `warm_up` in, then, timed, those of `file`. `seconds`: for how long, where they come one by one."""
    settings = prepare(ring, PEER, number, Corpus(Lot((), {}), Lot((), {})))
    settings = replace(settings, intake_port=spare_port(), intake_workers=trial.workers)
    with ExitStack() as stack:
        counting = stack.enter_context(processes(PEER, settings)) if trial.stages else {}
        door = stack.enter_context(_intake(settings))
        pids = {**{name: (pid,) for name, pid in {**counting, **ring.engines}.items()}, "intake": _family(door)}
        _in_batches(settings.intake_port, warm_up, trial.workers)
        return _measured(trial, settings.intake_port, file, seconds, pids)


def _measured(trial: Trial, port: int, file: Path, seconds: float, pids: Mapping[str, Sequence[int]]) -> Found:
    before, machine, client = _spent(pids), idle_and_all(), _children_cpu()
    said = _singly(port, file, seconds) if trial.way == "single" else _in_batches(port, file, trial.workers)
    after, own = _spent(pids), _children_cpu() - client
    cost = {name: (after[name] - before[name]) * 1e6 / said["forms"] for name in pids}
    engines = {"kafka", "mongo", "intake"}
    return Found(
        trial.way,
        trial.workers,
        trial.stages,
        said["forms"],
        said["refused"],
        round(said["forms"] / said["seconds"]),
        round(cost["intake"], 1),
        round(own * 1e6 / said["forms"], 1),
        round(cost["kafka"], 1),
        round(cost["mongo"], 1),
        round(sum(each for name, each in cost.items() if name not in engines), 1),
        round(max(map(peak_mb, pids["intake"]))),
        round(idle_share(machine, idle_and_all()), 2),
        said.get("p50_ms"),
        said.get("p99_ms"),
    )


def _singly(port: int, file: Path, seconds: float) -> dict[str, Any]:
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds:.0f}s", "--latency", "--timeout", "10s", "-s", str(_LUA)]
    printed = _run([*command, f"http://127.0.0.1:{port}", "--", str(file)])
    said: dict[str, Any] = json.loads(printed.rpartition("wrk {")[2].join(("{", "")))
    if said["exhausted"]:
        raise ValueError("there were too few forms: some were sent twice, which costs less. Ask for more: --forms")
    return said


def _in_batches(port: int, file: Path, workers: int) -> dict[str, Any]:
    # Two a worker: while one waits for its broker the other is read.
    said: dict[str, Any] = json.loads(
        _run([sys.executable, "-m", "bench.intake.batches", str(port), str(file), str(2 * workers)])
    )
    return said


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


@contextmanager
def _intake(settings: Settings) -> Iterator[int]:
    """The process id, once it is ready."""
    command = [sys.executable, "-m", "services.intake"]
    environment = of_services(settings) | {"CACAH_INTAKE_WORKERS": str(settings.intake_workers)}
    log = settings.state / "intake.log"
    process = GuardedProcess("intake", command, folder=Path.cwd(), log=log, grace=20.0, environment=environment)
    try:
        _until_ready(process, settings.intake_port, settings.intake_workers, log)
        yield process.pid
    finally:
        process.stop()


def _until_ready(process: GuardedProcess, port: int, workers: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _ready(port, workers):
        if process.exit_code() is not None or time.monotonic() > deadline:
            raise TimeoutError(f"intake is not ready: {log.read_text(encoding='utf-8')[-500:]}")
        time.sleep(0.1)


def _ready(port: int, workers: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return f"cacah_intake_ready {workers}\n" in answer.read().decode()
    except (URLError, OSError):
        return False


def _spent(pids: Mapping[str, Sequence[int]]) -> dict[str, float]:
    return {name: sum(map(cpu_seconds, each)) for name, each in pids.items()}


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(pid: int) -> tuple[int, ...]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return (pid, *(int(each) for each in children.read_text(encoding="ascii").split())) if os.name == "posix" else ()
