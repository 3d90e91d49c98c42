"""What was measured for the peers before, so that nobody is beaten by being run badly."""

from collections.abc import Iterator, Mapping
from typing import Any

TOLERANCE = 0.25
KNOWN = {"obvious": 200, "skilled": 2_000}
"""People a second, all of a pipeline, two cores to itself."""
EXPLAINED: dict[str, str] = {}
"""Of a peer that is slower by right: why."""

FLOORS = {"obvious": 15.0, "skilled": 2.0, "quix": 1.5}
"""A quick run fails where Cacah is not so many times as fast as a peer: well below what was measured, so that it is the
code that has become slow and not the machine."""


def unexplained(report: Mapping[str, Any]) -> Iterator[str]:
    for name, rate in KNOWN.items():
        found = report["peers"].get(name, {}).get("rate", rate)
        if found < (1 - TOLERANCE) * rate and name not in EXPLAINED:
            yield (
                f"{name} counted {found:,} people/s and is known for {rate:,}: find out why, or say it in "
                "bench/expected.py"
            )


def too_slow(report: Mapping[str, Any]) -> Iterator[str]:
    for name, ratio in report["ratios"].items():
        if ratio < FLOORS.get(name, 0.0):
            yield f"Cacah is {ratio} times as fast as {name}; the floor is {FLOORS[name]}"
