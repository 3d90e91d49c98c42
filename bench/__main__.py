"""`make bench`: everybody counts the same forms, in turn; `--quick` in under three minutes."""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.contest import Limits, Result, Ring, run, run_stage
from bench.corpus import Corpus, make_corpus
from bench.expected import too_slow, unexplained
from bench.machine import describe
from bench.page import write_page
from bench.peers import PEERS, STAGES
from bench.plots import draw
from bench.results import Json, report, write
from bench.ring import ring
from bench.table import lines
from shared.runtime.keys import create_keys

RESULTS = Path(__file__).with_name("results")
DOCS = Path(__file__).parents[1] / "docs"


@dataclass(frozen=True, slots=True)
class Scale:
    """`households`: of the timed load. `seconds`: when a peer that is not through is stopped."""

    warm_up: int
    households: int
    repeats: int
    seconds: float


QUICK = Scale(warm_up=150, households=40_000, repeats=2, seconds=7.0)
FULL = Scale(warm_up=300, households=200_000, repeats=3, seconds=15.0)


def main() -> int:
    arguments = _arguments()
    scale = QUICK if arguments.quick else FULL
    scale = replace(
        scale, households=arguments.households or scale.households, repeats=arguments.repeats or scale.repeats
    )
    found = _measure([name for name in (*PEERS, *STAGES) if name in arguments.only], scale)
    problems = list(too_slow(found))
    if arguments.quick:
        write(found, RESULTS / "quick.json")
    else:
        write(found, RESULTS / "full.json")
        write_page(found, DOCS / "benchmarks.md", draw(found, DOCS / "plots"))
        problems += unexplained(found)
    print("\n".join(lines(found)))
    for problem in problems:
        print(problem, file=sys.stderr)
    print(" ".join(["FAIL" if problems else "OK", *_ratios(found)]))
    return 1 if problems else 0


def _ratios(found: Json) -> Iterator[str]:
    for name, ratio in found["ratios"].items():
        yield f"{name}={ratio}x"
        yield f"{name}_cpu={found['cpu_ratios'][name]}x"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer forms and repeats; the page is not written")
    parser.add_argument("--only", nargs="+", choices=[*PEERS, *STAGES], default=[*PEERS, *STAGES])
    parser.add_argument("--households", type=int)
    parser.add_argument("--repeats", type=int)
    return parser.parse_args()


def _measure(names: Sequence[str], scale: Scale) -> Json:
    folder = Path(tempfile.mkdtemp(prefix="cacah-bench-"))
    machine = describe()
    try:
        corpus = _corpus(folder, scale)
        results: dict[str, list[Result]] = {name: [] for name in names}
        with ring(folder) as here:
            for number, name in enumerate(list(names) * scale.repeats, start=1):
                results[name].append(_run(here, name, number, corpus, scale))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    facts = {"forms": len(corpus.load.records), "people": corpus.load.people, "repeats": scale.repeats}
    return report(machine, facts, results)


def _run(here: Ring, name: str, number: int, corpus: Corpus, scale: Scale) -> Result:
    if name in STAGES:
        result = run_stage(here, STAGES[name], number, corpus)
    else:
        # Cacah is to get through: that is how its totals are known to be right.
        seconds = scale.seconds * 20 if name == "cacah" else scale.seconds
        result = run(here, PEERS[name], number, corpus, Limits(seconds))
    _say(f"{name}: {result.rate:,.0f} people/s ({result.people:,} in {result.seconds:.1f} s)")
    return result


def _corpus(folder: Path, scale: Scale) -> Corpus:
    started = time.monotonic()
    corpus = make_corpus(create_keys(folder / "keys"), warm_up=scale.warm_up, households=scale.households)
    forms, people = len(corpus.load.records), corpus.load.people
    _say(f"{forms:,} forms of {people:,} people, made in {time.monotonic() - started:.0f} s")
    return corpus


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
