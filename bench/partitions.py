"""What more partitions and more workers cost and bring: the same forms, counted again and again.

    .venv/bin/python -m bench.partitions --households 60000

The processor time of a person should hardly change. How much faster it goes is a question of free cores.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from bench.contest import Limits, Result, Ring, TotalsWatch, prepare, processes, timed
from bench.corpus import Corpus, make_corpus
from bench.peers.cacah import PEER
from bench.ring import ring
from shared.runtime.keys import create_keys

RUNS = ((1, 1), (2, 1), (4, 1), (2, 2), (4, 2))
"""Partitions of the log and of persons, and workers of validator and deduplicator."""
_KEYED = replace(PEER, modules=PEER.modules[:2])
_SECONDS = 300.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.partitions", description=__doc__)
    parser.add_argument("--households", type=int, default=60_000)
    households: int = parser.parse_args().households
    folder = Path(tempfile.mkdtemp(prefix="cacah-bench-"))
    try:
        corpus = make_corpus(create_keys(folder / "keys"), warm_up=300, households=households)
        with ring(folder) as here:
            for line in _lines(here, corpus):
                print(line, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _lines(here: Ring, corpus: Corpus) -> Iterator[str]:
    # The broker compiles its code for the first minute: a run that is not shown goes before.
    _run(here, 1, corpus, 4, 1)
    yield "| partitions | workers | people/s | CPU, us a person | of that | share of the machine idle |"
    yield "|---|---|---|---|---|---|"
    for number, (partitions, workers) in enumerate(RUNS, start=2):
        result = _run(here, number, corpus, partitions, workers)
        each = {name: result.microseconds(name) for name in result.usage}
        of_that = ", ".join(f"{name} {spent:.1f}" for name, spent in each.items())
        yield (
            f"| {partitions} | {workers} | {result.rate:,.0f} | {sum(each.values()):.1f} | {of_that} | {result.idle:.2f} |"
        )


def _run(here: Ring, number: int, corpus: Corpus, partitions: int, workers: int) -> Result:
    divided = replace(here, settings=replace(here.settings, partitions=partitions))
    settings = prepare(divided, PEER, number, corpus)
    with MongoClient[dict[str, Any]](settings.mongo) as client, ExitStack() as running:
        pids = running.enter_context(processes(PEER, settings))
        for instance in range(1, workers):
            folder = settings.state / f"worker-{instance}"
            folder.mkdir()
            own = replace(settings, instance=str(instance), state=folder)
            more = running.enter_context(processes(_KEYED, own))
            pids |= {f"{name} {instance + 1}": pid for name, pid in more.items()}
        totals = TotalsWatch(client[settings.database][PEER.collection], PEER, pids)
        totals.wait_for(corpus.warm_up.totals, _SECONDS)
        return timed(here, settings, totals, corpus, Limits(_SECONDS))


if __name__ == "__main__":
    sys.exit(main())
