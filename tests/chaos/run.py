"""One run of chaos: a fresh system, load, kills, then the reckoning."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.cli.audit.run import Patience
from services.cli.audit.run import run as audit
from services.cli.known import known_settings
from tests.chaos.killing import Killer, NotRecoveredError
from tests.chaos.load import Load, agencies
from tests.chaos.plan import plan
from tests.chaos.report import Outcome
from tests.chaos.told import compare, read_log
from tests.chaos.victims import NotReadyError, VictimSystem
from tests.chaos.watch import Watch

_WARM_UP_SECONDS: Final = 5.0
_CATCH_UP_SECONDS: Final = 300.0
RATE: Final = 520.0
PROGRAM: Final = str(Path(sys.executable).with_name("cacah"))
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """`rate`: forms a second in bulk. `workers`: of each stage."""

    kills: int
    seed: int
    rate: float = RATE
    workers: int = 2
    partitions: int = 4


def run(wanted: Wanted, state: Path, say: Say) -> Outcome:
    """Raises NotReadyError where the system does not start."""
    started = time.monotonic()
    environment = {"CACAH_PARTITIONS": str(wanted.partitions)}
    with VictimSystem(state, workers=wanted.workers, environment=environment) as system:
        running = system.running
        watch = Watch(
            running.kafka,
            running.mongo,
            running.settings["CACAH_DATABASE"],
            partitions=wanted.partitions,
        )
        load = Load(running.urls["intake"], partner_key(state), rate=wanted.rate, seed=wanted.seed)
        say(f"{len(running.processes)} processes run; {wanted.rate:.0f} forms a second in bulk, and some one by one")
        try:
            return _reckon(wanted, Killer(system, watch, load, wanted.seed, say), started, say)
        finally:
            watch.close()


def _reckon(wanted: Wanted, killer: Killer, started: float, say: Say) -> Outcome:
    load, watch = killer.load, killer.watch
    began = time.monotonic()
    load.start()
    problem = ""
    try:
        time.sleep(_WARM_UP_SECONDS)
        for number, step in enumerate(plan(wanted.kills, wanted.seed), start=1):
            say(f"{number}: {step.act} {' '.join(step.kinds)}")
            killer.do(step)
    except (NotRecoveredError, NotReadyError) as found:
        problem = str(found)
    load.stop()
    load_seconds = time.monotonic() - began
    say("no more kills; waiting until everything is counted")
    if not watch.wait_until_counted(_CATCH_UP_SECONDS):
        problem = problem or f"not counted within {_CATCH_UP_SECONDS:.0f} s"
    if load.problems:
        problem = problem or f"the load ended early: {load.problems[0]!r}"
    settings = known_settings({**os.environ, "CACAH_STATE": str(killer.system.state)})
    report = audit(settings, patience=Patience(counting=60.0))
    return Outcome(
        kills=wanted.kills,
        seconds=time.monotonic() - started,
        load_seconds=load_seconds,
        told=load.told,
        tally=killer.tally,
        verdict=compare(load.told, read_log(settings.kafka)),
        audit=report,
        conflicts=(watch.open_conflicts(), report.conflicts),
        problem=problem,
    )


def partner_key(state: Path) -> str:
    """Of a new partner, who may do everything."""
    words = ["partners", "add", "chaos", "--json"]
    words += [word for scope in ("submit", "roster", "read", "operate") for word in ("--scope", scope)]
    words += [word for code in agencies() for word in ("--agency", code)]
    done = subprocess.run(
        [PROGRAM, *words],
        env={**os.environ, "CACAH_STATE": str(state)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return str(json.loads(done.stdout)["key"])
