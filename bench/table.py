"""Results as lines for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from bench.peers import PEERS


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    """Markdown."""
    ratios = report["ratios"]
    yield "| | people/s, median (min-max) | Cacah is | CPU, us a person, by process | peak memory, MB |"
    yield "|---|---|---|---|---|"
    for name, each in report["peers"].items():
        cells = (
            PEERS[name].title,
            f"{each['rate']:,} ({each['rate_min']:,}-{each['rate_max']:,})",
            f"{ratios[name]:,} x" if name in ratios else "",
            _each(each["us_per_person"], 1),
            _each(each["peak_mb"], 0),
        )
        yield f"| {' | '.join(cells)} |"


def _each(values: Mapping[str, float], digits: int) -> str:
    return ", ".join(f"{name} {value:,.{digits}f}" for name, value in values.items())
