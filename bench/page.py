"""The part of docs/benchmarks.md that is measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.table import lines, machine_line

_BEGIN, _END = "<!-- measured: written by make bench -->", "<!-- end of what was measured -->"


def write_page(report: Mapping[str, Any], page: Path, plots: Sequence[Path]) -> None:
    """Put tables and plots between the two marks of the page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    pictures = [f"![{plot.stem.replace('-', ' ')}]({plot.relative_to(page.parent)})" for plot in plots]
    measured = "\n".join([machine_line(report), "", *lines(report), "", *pictures])
    page.write_text(f"{before}{_BEGIN}\n\n{measured}\n\n{_END}{after}", encoding="utf-8")
