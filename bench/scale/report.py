"""What a run has found, as a document, a few lines and a plot."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.scale.place import Progress
from bench.scale.watch import Sample

Json = dict[str, Any]
_SMALL = 0.5
"""Bytes a person below which a store is not worth a line."""


def report(
    machine: Mapping[str, Any],
    progress: Progress,
    people: int,
    taken: Sequence[Sample],
    *,
    stores: Mapping[str, int],
    back: Mapping[str, float],
) -> Json:
    """`back`: seconds until the stages counted again, by what had happened to them."""
    seconds = progress.counting_seconds
    rates = [each.rate for each in taken if each.rate]
    last = taken[-1] if taken else None
    quarter = max(1, len(rates) // 4)
    return {
        "machine": dict(machine),
        "households": progress.households,
        "partitions": progress.partitions,
        "forms": progress.forms,
        "people": people,
        "filling_seconds": progress.filling_seconds,
        "counting_seconds": seconds,
        "people_per_second": round(people / seconds) if seconds else 0,
        "first_quarter": round(median(rates[:quarter])) if rates else 0,
        "last_quarter": round(median(rates[-quarter:])) if rates else 0,
        "peak_mb": {name: max(each.memory_mb.get(name, 0) for each in taken) for name in last.memory_mb}
        if last
        else {},
        "bytes_per_person": {name: round(size / people, 1) for name, size in stores.items()},
        "bytes": dict(stores),
        "back_seconds": dict(back),
    }


def lines(found: Json) -> Iterator[str]:
    yield (
        f"{found['households']:,} households, {found['forms']:,} forms, {found['people']:,} people: log filled in "
        f"{found['filling_seconds']:,.0f} s, counted in {found['counting_seconds']:,.0f} s"
    )
    yield (
        f"people/s: {found['people_per_second']:,}; median of the first quarter {found['first_quarter']:,}, of the last "
        f"{found['last_quarter']:,}"
    )
    yield "peak memory, MB: " + _each(found["peak_mb"])
    large = {name: size for name, size in found["bytes_per_person"].items() if size >= _SMALL}
    yield f"bytes a person: {sum(found['bytes_per_person'].values()):,.0f}: " + _each(large)
    yield "seconds until it counts again: " + _each(found["back_seconds"])


def _each(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:,g}" for name, value in values.items())


def draw(taken: Sequence[Sample], file: Path) -> None:
    """People per second over people counted: flat where size does not matter."""
    import matplotlib as mpl  # noqa: PLC0415  # a run need not have it before it is through
    from matplotlib import pyplot as plt  # noqa: PLC0415

    mpl.rcParams.update({"svg.hashsalt": "cacah", "font.size": 10})
    figure, axes = plt.subplots(figsize=(7.2, 3.2))
    axes.plot([each.people / 1e6 for each in taken], [each.rate / 1e3 for each in taken], color="#17607a", linewidth=1)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("people counted, millions")
    axes.set_ylabel("people per second, thousands")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, metadata={"Date": None, "Creator": None})
    plt.close(figure)
