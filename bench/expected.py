"""What was measured for the peers before, so that nobody is beaten by being run badly."""

from collections.abc import Iterator, Mapping
from typing import Any

TOLERANCE = 0.25
KNOWN = {"obvious": 200, "skilled": 2_000}
"""People a second, all of a pipeline, two cores to itself."""
EXPLAINED: dict[str, str] = {}
"""Of a peer that is slower by right: why."""

FLOORS = {"obvious": 40.0, "skilled": 5.0, "quix": 1.5}
"""A run fails where a peer does not spend so many times Cacah's processor time on a person: well below what was measured, so
that it is the code that has become slow, and not the machine, which other work slows down by the clock but hardly by
processor time."""


def unexplained(report: Mapping[str, Any]) -> Iterator[str]:
    for name, rate in KNOWN.items():
        found = report["peers"].get(name, {}).get("rate", rate)
        if found < (1 - TOLERANCE) * rate and name not in EXPLAINED:
            yield (
                f"{name} counted {found:,} people/s and is known for {rate:,}: find out why, or say it in "
                "bench/expected.py"
            )


def too_slow(report: Mapping[str, Any]) -> Iterator[str]:
    for name, ratio in report["cpu_ratios"].items():
        if ratio < FLOORS.get(name, 0.0):
            yield f"a person costs {name} {ratio} times what they cost Cacah; the floor is {FLOORS[name]}"
