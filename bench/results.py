"""Results over repeats: medians, ranges, and ratios of what was measured in one go."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from bench.contest import Result

Json = dict[str, Any]


def summary(results: Sequence[Result]) -> Json:
    """One peer's repeats."""
    rates = [each.rate for each in results]
    processes = list(results[0].usage)
    return {
        "rate": round(median(rates)),
        "rate_min": round(min(rates)),
        "rate_max": round(max(rates)),
        "complete": all(each.complete for each in results),
        "idle": median(each.idle for each in results),
        "us_per_person": {name: round(median(each.microseconds(name) for each in results), 1) for name in processes},
        "peak_mb": {name: max(each.usage[name].peak_mb for each in results) for name in processes},
        "repeats": [asdict(each) for each in results],
    }


def report(machine: Mapping[str, Any], corpus: Mapping[str, Any], results: Mapping[str, Sequence[Result]]) -> Json:
    peers = {name: summary(each) for name, each in results.items()}
    ours = peers["cacah"]["rate"]
    ratios = {name: round(ours / each["rate"], 1) for name, each in peers.items() if name != "cacah" and each["rate"]}
    return {"machine": dict(machine), "corpus": dict(corpus), "peers": peers, "ratios": ratios}


def write(report: Json, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, indent=1, sort_keys=True) + "\n", encoding="utf-8")
