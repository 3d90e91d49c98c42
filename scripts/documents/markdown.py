"""Markdown tables."""

from collections.abc import Iterable, Sequence

MADE = "<!-- Made from the code by `make docs`; changes made here are lost. -->"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") or " " for cell in line) + " |" for line in lines)


def page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
