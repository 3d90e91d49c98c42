"""`make simulate SEEDS=20000` tries that many schedules; `make simulate SEED=7` replays one."""

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.simulation.published import Violation
from tests.simulation.schedule import Report, run

_PIECE = 200


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", type=int, default=20_000)
    arguments.add_argument("--seed", type=int)
    chosen = arguments.parse_args()
    if chosen.seed is not None:
        return _replay(chosen.seed)
    started = time.monotonic()
    tally = Tally()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for part in pool.map(partial(explore, piece=_PIECE), range(0, chosen.seeds, _PIECE)):
            tally.add(part)
            sys.stderr.write(f"\r{tally.runs} schedules, {len(tally.violations)} violations")
    sys.stderr.write("\n")
    sys.stdout.write(tally.table())
    good = not tally.violations and not tally.never_crashed()
    sys.stdout.write(
        f"{'OK' if good else 'FAIL'} seeds={tally.runs} violations={len(tally.violations)} steps={tally.steps} "
        f"seconds={time.monotonic() - started:.0f}\n"
    )
    return 0 if good else 1


class Tally:
    """What many runs came to."""

    def __init__(self) -> None:
        self.runs = 0
        self.steps = 0
        self.faults: Counter[str] = Counter()
        self.crashed_at: Counter[str] = Counter()
        self.names: set[str] = set()
        self.violations: list[tuple[int, str]] = []

    def add(self, other: "Tally") -> None:
        self.runs += other.runs
        self.steps += other.steps
        self.faults += other.faults
        self.crashed_at += other.crashed_at
        self.names |= other.names
        self.violations += other.violations

    def note(self, report: Report) -> None:
        self.steps += report.steps
        self.faults += report.faults
        self.crashed_at += report.crashed_at
        self.names |= report.names

    def never_crashed(self) -> set[str]:
        return self.names - self.crashed_at.keys()

    def table(self) -> str:
        lines = [f"seed {seed}: {problem}" for seed, problem in self.violations[:20]]
        lines += [f"replay with: make simulate SEED={self.violations[0][0]}"] if self.violations else []
        lines += [f"crashed at {name}: {self.crashed_at[name]}" for name in sorted(self.names)]
        lines += [f"fault {name}: {count}" for name, count in sorted(self.faults.items())]
        return "\n".join(lines) + "\n"


def explore(first: int, piece: int) -> Tally:
    tally = Tally()
    for seed in range(first, first + piece):
        tally.runs += 1
        try:
            tally.note(run(seed))
        except Violation as problem:
            tally.violations.append((seed, str(problem)))
    return tally


def _replay(seed: int) -> int:
    try:
        report = run(seed)
    except Violation as problem:
        sys.stdout.write(f"FAIL seed={seed} {problem}\n")
        return 1
    sys.stdout.write(f"faults {dict(report.faults)}\nOK seed={seed} violations=0 steps={report.steps}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
