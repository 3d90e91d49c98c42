"""How long it takes to count again after everybody was killed."""

import os
import signal
import time
from collections.abc import Mapping
from itertools import islice
from typing import Any

from pymongo import MongoClient

from bench.contest import processes
from bench.corpus import NATION, sealed
from bench.log import fill_log, log_end
from bench.peers.cacah import PEER
from bench.scale.fill import now, plan_of
from services.cli.generate.stream import Population
from services.intake.stamp import StrictClock
from shared.runtime.keys import load_keys
from shared.runtime.settings import Settings

_TICK = 0.02
_PATIENCE = 3600.0


def kill(pids: Mapping[str, int]) -> None:
    for pid in pids.values():
        os.kill(pid, signal.SIGKILL)


def seconds_until_back(settings: Settings, households: int) -> float:
    """From the start of all stages until they have counted a form that was sent meanwhile; then they are killed.

    The form is the run's first one, which was counted before, so that totals stay as they are. Raises TimeoutError.
    """
    record = next(
        iter(sealed(islice(Population(plan_of(households)).lines(), 1), load_keys(settings.keys), StrictClock(now)))
    )
    started = time.monotonic()
    with MongoClient[dict[str, Any]](settings.mongo) as client, processes(PEER, settings) as pids:
        fill_log(settings.kafka, [record], settings.partitions)
        end = log_end(settings.kafka)
        while counted(client, settings) < end:
            if time.monotonic() - started > _PATIENCE:
                raise TimeoutError(f"not back within {_PATIENCE:.0f} s")
            time.sleep(_TICK)
        seconds = time.monotonic() - started
        kill(pids)
    return round(seconds, 1)


def counted(client: MongoClient[dict[str, Any]], settings: Settings) -> int:
    """Records of the log below which everything is counted."""
    nation = client[settings.database][PEER.collection].find_one({"_id": NATION}, {"counted_up_to": 1})
    return sum(nation["counted_up_to"]) if nation else 0
