"""What an audit found, for people and for programs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from services.cli.audit.recount import Difference

SHOWN: Final = 20
"""Differences that people are shown; programs get those of the report."""


@dataclass(frozen=True, slots=True)
class AuditReport:
    ok: bool
    cells: int
    """Compared, not counting those that are zero on both sides."""
    people: int
    positions: tuple[int, ...]
    """Per partition of the submission log: the recount is of everything below this offset."""
    differences: tuple[Difference, ...] = ()
    """The first ones."""
    differing: int = 0
    """How many cells differ in all."""
    records: int = 0
    passed_over: Mapping[str, int] | None = None
    """Records that count nothing, by reason."""
    balanced: Mapping[str, int] | None = None
    """Records that could not be opened, for their day's key was shredded, and were taken from its signed opening balance;
    by key."""
    conflicts: int = 0
    after_closing: int = 0
    """Records at positions above those that the census was closed at: in these totals, not in the signed ones."""
    seconds: float = 0.0
    problem: str = ""
    """Why the comparison could not be made, where it could not."""

    @property
    def exit_code(self) -> int:
        return 0 if self.ok else 1

    def as_json(self) -> str:
        found: dict[str, Any] = asdict(self) | {"seconds": round(self.seconds, 3)}
        return json.dumps(found, ensure_ascii=False)

    def last_line(self) -> str:
        """`OK cells=... people=...`, or `FAIL` with the same keys."""
        facts: dict[str, object] = {
            "cells": self.cells,
            "people": self.people,
            "differences": self.differing,
            "records": self.records,
            "conflicts": self.conflicts,
            "seconds": f"{self.seconds:.1f}",
        }
        return " ".join(["OK" if self.ok else "FAIL", *(f"{key}={value}" for key, value in facts.items())])

    def lines(self) -> list[str]:
        """For people: what differs, then the last line."""
        found = [f"audit: {self.problem}"] if self.problem else []
        found += [
            f"{each.region} {each.counter}: live {each.live:,}, from the log {each.log:,}"
            for each in self.differences[:SHOWN]
        ]
        if self.differing > SHOWN:
            found.append(f"... and {self.differing - SHOWN:,} more cells")
        found += [
            f"{day} is shredded: {records:,} records were taken from its signed opening balance"
            for day, records in (self.balanced or {}).items()
        ]
        if self.after_closing:
            found.append(
                f"{self.after_closing:,} records came onto the log after the census was closed: "
                "these totals have them, the signed ones do not"
            )
        return [*found, self.last_line()]
