"""A whole province in one go: made, put on the log, counted, checked, killed and brought back.

    .venv/bin/python -m bench.scale --households 30000                     # some minutes
    .venv/bin/python -m bench.scale --households 12950000 --state scale    # East Java: 44 million people
    .venv/bin/python -m bench.scale --households 320000 --partitions 1     # a worker with a million people to know again

First the log is filled, then the stages are started and count it: what making families costs is not taken for what
counting costs. With `--state` everything stays in that folder, a run that was stopped goes on where it was, and one
that is through only measures once more how long it takes to come back. `--pause` ends it after so many minutes.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from bench.contest import Ring, TotalsWatch, WrongTotals, processes
from bench.corpus import NATION
from bench.log import log_end
from bench.machine import describe
from bench.peers.cacah import PEER
from bench.results import write
from bench.scale.back import counted, kill, seconds_until_back
from bench.scale.fill import fill
from bench.scale.place import PARTITIONS, OtherRun, Place, Progress
from bench.scale.report import draw, lines, report
from bench.scale.stores import sizes
from bench.scale.watch import Watch, samples
from services.cli.audit.run import Patience
from services.cli.audit.run import run as audit
from shared.runtime.settings import Settings

RESULTS = Path(__file__).parents[1] / "results"
PLOT = Path(__file__).parents[2] / "docs" / "plots" / "scale.svg"
_PROVINCE = 1_000_000
"""Households from which on a run is one for the record."""
_SETTLE_SECONDS = 600.0
_LEAST_FREE_GB = 5.0
_TICK = 0.2


class Paused(Exception):
    """The run has used up its time, or the disk; it can go on."""


def main() -> int:
    arguments = _arguments()
    folder = arguments.state or Path(tempfile.mkdtemp(prefix="cacah-scale-"))
    machine = describe()
    try:
        found, equal = _run(Place(folder.absolute()), arguments, machine)
    except (WrongTotals, OtherRun) as problem:
        print(f"FAIL {problem}")
        return 1
    except (Paused, KeyboardInterrupt) as problem:
        print(f"PAUSED {str(problem) or 'go on with the same command'}")
        return 0
    finally:
        if arguments.state is None:
            shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(lines(found)))
    facts = f"households={found['households']} people={found['people']} people_per_second={found['people_per_second']}"
    audited = "left-out" if arguments.no_audit else "equal" if equal else "different"
    print(f"{'OK' if equal else 'FAIL'} {facts} audit={audited}")
    return 0 if equal else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.scale", description=__doc__.partition("\n")[0])
    parser.add_argument("--households", type=int, default=12_950_000)
    parser.add_argument("--partitions", type=int, default=PARTITIONS, help="of the log, and of persons")
    parser.add_argument("--state", type=Path, help="a folder to keep, so that the run can be stopped and go on")
    parser.add_argument("--pause", type=float, default=float("inf"), help="minutes of counting after which it ends")
    parser.add_argument("--again", action="store_true", help="count what is on the log once more, from its beginning")
    parser.add_argument("--no-audit", action="store_true", help="leave the recount of the whole log out")
    return parser.parse_args()


def _run(place: Place, arguments: argparse.Namespace, machine: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """What was found, and whether the audit found all cells equal."""
    progress = place.begin(arguments.households, arguments.partitions)
    with place.engines(progress.partitions) as (here, settings):
        place.note(progress)
        if not progress.filled:
            progress = fill(place, settings, progress)
        elif arguments.again:
            progress = place.start_again(settings, progress)
        progress = _count(place, here, settings, progress, arguments.pause * 60)
        people = place.expected()[NATION]["persons"]
        stores = sizes(settings, place.folder / "engines")
        back = {"all killed": seconds_until_back(settings, progress.households)}
        shutil.rmtree(settings.state / "store")
        back["all killed and their stores lost"] = seconds_until_back(settings, progress.households)
        taken = list(samples(place.samples))
        found = report(machine, progress, people, taken, stores=stores, back=back)
        equal = arguments.no_audit or _audited(settings, found)
    if progress.households >= _PROVINCE:
        write(found, RESULTS / "scale.json")
        draw(taken, PLOT)
    else:
        write(found, RESULTS / "scale-small.json")
    return found, equal


def _count(place: Place, here: Ring, settings: Settings, progress: Progress, pause: float) -> Progress:
    """Until every counter of every region is as it must be. Raises WrongTotals or Paused."""
    expected, end, deadline = place.expected(), log_end(settings.kafka), time.monotonic() + pause
    every = 10.0 if progress.households >= _PROVINCE else 1.0
    with MongoClient[dict[str, Any]](settings.mongo) as client, processes(PEER, settings) as pids:
        totals = TotalsWatch(client[settings.database][PEER.collection], PEER, pids)
        known = {**pids, **here.engines}
        watch = Watch(totals, known, place.samples, every=every, before=progress.counting_seconds)
        while not totals.reach(expected, time.monotonic() + _TICK) and counted(client, settings) < end:
            if watch.look():
                progress = replace(progress, counting_seconds=watch.seconds)
                place.note(progress)
                _check_room(place.folder, deadline)
        progress = replace(progress, counting_seconds=watch.seconds)
        place.note(progress)
        totals.wait_for(expected, _SETTLE_SECONDS)
        kill(pids)
    return progress


def _check_room(folder: Path, deadline: float) -> None:
    free = shutil.disk_usage(folder).free / 1e9
    if free < _LEAST_FREE_GB:
        raise Paused(f"only {free:.1f} GB are free: make room and go on with the same command")
    if time.monotonic() > deadline:
        raise Paused("go on with the same command")


def _audited(settings: Settings, found: dict[str, Any]) -> bool:
    """Whether a recount of the whole log by another road finds every cell as it is."""
    recount = audit(settings, patience=Patience(counting=_SETTLE_SECONDS))
    found["audit"] = {
        "ok": recount.ok,
        "cells": recount.cells,
        "people": recount.people,
        "seconds": round(recount.seconds),
    }
    print("audit: " + "\n".join(recount.lines()))
    return recount.ok


if __name__ == "__main__":
    sys.exit(main())
