"""`make bench`: everybody counts the same forms, in turn; `--quick` in under three minutes."""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.contest import Limits, Result, Ring, run
from bench.corpus import make_corpus
from bench.machine import describe
from bench.peers import PEERS
from bench.results import Json, report, write
from bench.table import lines
from deploy.engines.local import LocalEngines
from shared.runtime.keys import create_keys
from shared.runtime.settings import Settings

RESULTS = Path(__file__).with_name("results")
FLOORS = {"obvious": 15.0, "skilled": 2.0}
"""A quick run fails where Cacah is not so many times as fast as a peer: well below what was measured, so that it is the
code that has become slow and not the machine."""


@dataclass(frozen=True, slots=True)
class Scale:
    warm_up: int
    households: int
    repeats: int
    seconds: float


QUICK = Scale(warm_up=200, households=15_000, repeats=2, seconds=10.0)
FULL = Scale(warm_up=300, households=100_000, repeats=5, seconds=20.0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer forms, fewer repeats; fails under a floor")
    parser.add_argument("--only", nargs="+", choices=sorted(PEERS), default=list(PEERS))
    parser.add_argument("--households", type=int)
    parser.add_argument("--repeats", type=int)
    arguments = parser.parse_args()
    scale = QUICK if arguments.quick else FULL
    found = _measure(
        ["cacah", *(name for name in arguments.only if name != "cacah")],
        Scale(
            scale.warm_up,
            arguments.households or scale.households,
            arguments.repeats or scale.repeats,
            scale.seconds,
        ),
    )
    write(found, RESULTS / ("quick.json" if arguments.quick else "full.json"))
    print("\n".join(lines(found)))
    return _verdict(found["ratios"])


def _measure(names: list[str], scale: Scale) -> Json:
    folder = Path(tempfile.mkdtemp(prefix="cacah-bench-"))
    machine = describe()
    try:
        keys = create_keys(folder / "keys")
        started = time.monotonic()
        corpus = make_corpus(keys, warm_up=scale.warm_up, households=scale.households)
        _say(
            f"{len(corpus.load.records):,} forms, {corpus.load.people:,} people, made in {time.monotonic() - started:.0f} s"
        )
        with _ring(folder) as ring:
            results: dict[str, list[Result]] = {name: [] for name in names}
            number = 0
            for _ in range(scale.repeats):
                for name in names:
                    number += 1
                    result = run(ring, PEERS[name], number, corpus, Limits(scale.seconds))
                    results[name].append(result)
                    _say(f"{name}: {result.rate:,.0f} people/s ({result.people:,} in {result.seconds:.1f} s)")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    facts = {"forms": len(corpus.load.records), "people": corpus.load.people, "households": scale.households}
    return report(machine, facts, results)


@contextmanager
def _ring(folder: Path) -> Iterator[Ring]:
    """Engines of its own: a bench deletes topics."""
    engines = LocalEngines(folder / "engines", kafka_port=0, mongo_port=0)
    endpoints = engines.start()
    try:
        settings = Settings(kafka=endpoints.kafka, mongo=endpoints.mongo, state=folder, keys=folder / "keys")
        yield Ring(settings, engines.pids())
    finally:
        engines.stop()


def _verdict(ratios: dict[str, float]) -> int:
    slow = {name: ratio for name, ratio in ratios.items() if ratio < FLOORS.get(name, 0.0)}
    words = " ".join(f"{name}={ratio}x" for name, ratio in ratios.items())
    print(f"{'FAIL' if slow else 'OK'} {words}")
    for name, ratio in slow.items():
        print(f"Cacah is {ratio} times as fast as {name}; the floor is {FLOORS[name]}.", file=sys.stderr)
    return 1 if slow else 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
