"""Results over repeats: medians, ranges, and ratios of what was measured in one go."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from bench.contest import Result

Json = dict[str, Any]
Results = Mapping[str, Sequence[Result]]

OURS = ("cacah", "validator")


def summary(results: Sequence[Result]) -> Json:
    """One peer's repeats."""
    rates, paces = [each.rate for each in results], [each.pace for each in results]
    processes = list(results[0].usage)
    each_process = {name: round(median(each.microseconds(name) for each in results), 1) for name in processes}
    return {
        "rate": round(median(rates)),
        "rate_min": round(min(rates)),
        "rate_max": round(max(rates)),
        "pace": round(median(paces)),
        "complete": all(each.complete for each in results),
        "idle": median(each.idle for each in results),
        "us_per_person": each_process,
        "us_per_person_all": round(sum(each_process.values()), 1),
        "peak_mb": {name: max(each.usage[name].peak_mb for each in results) for name in processes},
        "repeats": [asdict(each) for each in results],
    }


def report(machine: Mapping[str, Any], corpus: Mapping[str, Any], results: Results) -> Json:
    """`ratios`: how many times as fast Cacah is, or its validator, as somebody who does the same; by wall clock, from
    the first person counted to the last, and `cpu_ratios` by the processor time of all processes."""
    peers = {name: summary(each) for name, each in results.items()}
    ratios: dict[str, float] = {}
    cpu_ratios: dict[str, float] = {}
    for name, each in peers.items():
        ours = "validator" if name == "loop" else "cacah"
        if name in OURS or ours not in peers or not each["pace"]:
            continue
        ratios[name] = round(peers[ours]["pace"] / each["pace"], 2)
        cpu_ratios[name] = round(each["us_per_person_all"] / peers[ours]["us_per_person_all"], 2)
    return {
        "machine": dict(machine),
        "corpus": dict(corpus),
        "peers": peers,
        "ratios": ratios,
        "cpu_ratios": cpu_ratios,
    }


def write(report: Json, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, indent=1, sort_keys=True) + "\n", encoding="utf-8")
