"""Plots of a full run, as SVG."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt

from bench.peers import PEERS

_INK = "#20303c"
_PALETTE = ("#17607a", "#4aa3b5", "#e0a030", "#b5533c", "#8d9aa3", "#6b5b95", "#88b04b")


def draw(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    # Ids and dates of a picture would change with every run that finds the same.
    mpl.rcParams.update({"svg.hashsalt": "cacah", "font.size": 10, "text.color": _INK, "axes.edgecolor": _INK})
    return [_rates(report, folder / "people-per-second.svg"), _costs(report, folder / "cpu-per-person.svg")]


def _rates(report: Mapping[str, Any], file: Path) -> Path:
    names = [name for name in report["peers"] if name in PEERS]
    figure, axes = plt.subplots(figsize=(7.2, 0.7 * len(names) + 1.2))
    for place, name in enumerate(reversed(names)):
        each = report["peers"][name]
        error = [[each["rate"] - each["rate_min"]], [each["rate_max"] - each["rate"]]]
        axes.barh(place, each["rate"], xerr=error, color=_PALETTE[0 if name == "cacah" else 4], height=0.6, capsize=3)
        axes.annotate(f" {each['rate']:,}", (each["rate_max"], place), va="center")
    axes.set_xscale("log")
    axes.set_yticks(range(len(names)), [PEERS[name].title for name in reversed(names)])
    axes.set_xlabel("people counted per second, log scale; line: least to most of all repeats")
    axes.margins(x=0.15)
    return _save(figure, file)


def _costs(report: Mapping[str, Any], file: Path) -> Path:
    names = [name for name in report["peers"] if name in PEERS]
    figure, axes = plt.subplots(figsize=(7.2, 0.7 * len(names) + 1.6))
    for place, name in enumerate(reversed(names)):
        each, left = report["peers"][name]["us_per_person"], 0.0
        total = sum(each.values())
        for number, (process, cost) in enumerate(each.items()):
            share = 100 * cost / total
            axes.barh(place, share, left=left, color=_PALETTE[number], height=0.6)
            if share > 9:
                axes.annotate(
                    f"{process}\n{cost:,.0f}", (left + share / 2, place), ha="center", va="center", fontsize=7
                )
            left += share
        axes.annotate(f" {total:,.0f} us", (100, place), va="center")
    axes.set_yticks(range(len(names)), [PEERS[name].title for name in reversed(names)])
    axes.set_xlabel("share of the processor time that a person costs, by process; microseconds in the bars")
    axes.set_xlim(0, 118)
    return _save(figure, file)


def _save(figure: Any, file: Path) -> Path:
    for side in ("top", "right"):
        figure.axes[0].spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return file
