"""Results as tables for people, in Markdown."""

from collections.abc import Iterator, Mapping
from typing import Any

from bench.peers import PEERS, STAGES

Report = Mapping[str, Any]
TITLES = {name: each.title for name, each in PEERS.items()} | {name: each.title for name, each in STAGES.items()}


def lines(report: Report) -> Iterator[str]:
    yield from _table(report, "people/s", [name for name in report["peers"] if name in PEERS])
    stages = [name for name in report["peers"] if name in STAGES]
    if stages:
        yield ""
        yield from _table(report, "people/s, first stage alone", stages)


def machine_line(report: Report) -> str:
    machine, corpus = report["machine"], report["corpus"]
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}, Python "
        f"{machine['python']}; load average before: {machine['load_before']:.1f}. {corpus['forms']:,} forms of "
        f"{corpus['people']:,} people; {corpus['repeats']} repeats, everybody in turn."
    )


def _table(report: Report, unit: str, names: list[str]) -> Iterator[str]:
    yield f"| | {unit}: median (min-max) | Cacah, by wall clock | by CPU | CPU, us a person | of that | peak memory, MB |"
    yield "|---|---|---|---|---|---|---|"
    for name in names:
        each = report["peers"][name]
        cells = (
            TITLES[name],
            f"{each['rate']:,} ({each['rate_min']:,}-{each['rate_max']:,})",
            _times(report["ratios"].get(name)),
            _times(report["cpu_ratios"].get(name)),
            f"{each['us_per_person_all']:,.0f}",
            _each(each["us_per_person"]),
            _each(each["peak_mb"]),
        )
        yield f"| {' | '.join(cells)} |"


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:,.{0 if ratio >= 20 else 1 if ratio >= 3 else 2}f} x"


def _each(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:,.0f}" for name, value in values.items())
