"""How many forms intake takes in, one by one and in batches: a table, and `bench/results/intake.json`.

.venv/bin/python -m bench.intake            # eight trials of fifteen seconds
.venv/bin/python -m bench.intake --quick    # shorter, with two workers only
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from bench.corpus import REGION, TRAITS
from bench.intake.door import Found, Trial, attempt
from bench.intake.table import lines
from bench.machine import describe
from bench.ring import ring
from services.cli.generate.plan import Plan
from services.cli.generate.stream import Population
from shared.runtime.keys import create_keys

RESULTS = Path(__file__).parents[1] / "results" / "intake.json"
TRIALS = tuple(
    Trial(way, workers, stages) for stages in (False, True) for way in ("single", "batch") for workers in (1, 2)
)
_MOST_SINGLY = 12_000
"""Forms a second that are kept ready."""
_WARM_UP = 20_000
"""Forms that are sent before a trial and not timed: neither Python's caches nor Java's compiler are cold on the day."""


def main() -> int:
    arguments = _arguments()
    if "single" in arguments.ways and shutil.which("wrk") is None:
        print(
            "wrk is not here. Install it (Debian, Ubuntu: apt-get install wrk), or leave --ways batch", file=sys.stderr
        )
        return 2
    trials = [
        each
        for each in TRIALS
        if each.way in arguments.ways and each.workers in arguments.workers and each.stages in arguments.stages
    ]
    machine = describe()
    found = _measure(trials, arguments)
    if not arguments.quick:
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        content = {"machine": machine, "trials": [asdict(each) for each in found]}
        RESULTS.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print("\n".join(lines(found)))
    refused = sum(each.refused for each in found)
    best = {way: max((each.rate for each in found if each.way == way), default=0) for way in ("single", "batch")}
    print(f"{'FAIL' if refused else 'OK'} single={best['single']} batch={best['batch']} refused={refused}")
    return 1 if refused else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.intake", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="four seconds a trial, two workers; nothing is written")
    parser.add_argument("--seconds", type=float, help="of a trial of single forms")
    parser.add_argument("--forms", type=int, help="of a trial of batches; kept ready for single ones")
    parser.add_argument("--ways", nargs="+", choices=["single", "batch"], default=["single", "batch"])
    parser.add_argument("--workers", nargs="+", type=int)
    parser.add_argument("--alone", dest="stages", action="store_const", const=[False], default=[False, True])
    arguments = parser.parse_args()
    arguments.workers = arguments.workers or ([2] if arguments.quick else [1, 2])
    arguments.seconds = arguments.seconds or (4.0 if arguments.quick else 15.0)
    return arguments


def _measure(trials: Sequence[Trial], arguments: argparse.Namespace) -> list[Found]:
    folder = Path(tempfile.mkdtemp(prefix="cacah-intake-"))
    try:
        create_keys(folder / "keys")
        forms = arguments.forms or int(arguments.seconds * _MOST_SINGLY)
        file = folder / "forms.ndjson"
        _say(f"making {forms:,} forms")
        _write(file, _lines(forms, seed=5))
        warm_up = folder / "warm-up.ndjson"
        _write(warm_up, _lines(_WARM_UP, seed=6))
        found: list[Found] = []
        with ring(folder) as here:
            for number, trial in enumerate(trials, start=1):
                found.append(attempt(here, trial, number, arguments.seconds, warm_up=warm_up, file=file))
                _say(json.dumps(asdict(found[-1])))
        return found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lines(forms: int, seed: int) -> Iterable[bytes]:
    # Repeats and corrections cost less than first forms, or need an answer first: left out.
    traits = replace(TRAITS, revisions=0.0, repeats=0.0)
    return Population(Plan(households=forms, seed=seed, region=REGION, traits=traits)).lines()


def _write(file: Path, forms: Iterable[bytes]) -> None:
    with file.open("wb") as out:
        for each in forms:
            out.write(each + b"\n")


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
