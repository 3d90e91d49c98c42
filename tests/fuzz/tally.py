"""How often each operation answered what."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FEWEST: Final = 50
"""Cases that every operation has to answer well: one that only ever refuses was hardly tried."""


@dataclass(slots=True)
class Tally:
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)

    def add(self, operation: str, status: int) -> None:
        self.answers[operation, status] += 1

    def operations(self) -> list[str]:
        return sorted({operation for operation, _ in self.answers})

    def good(self, operation: str) -> int:
        return sum(number for (each, status), number in self.answers.items() if each == operation and status < 300)

    def total(self) -> int:
        return sum(self.answers.values())

    def lines(self) -> list[str]:
        width = max(map(len, self.operations()), default=0)
        return [
            f"{operation:<{width}}  {self.good(operation):>6} good  "
            + "  ".join(
                f"{status}: {number}" for (each, status), number in sorted(self.answers.items()) if each == operation
            )
            for operation in self.operations()
        ]

    def write(self, file: Path) -> None:
        file.write_text(json.dumps([[*key, number] for key, number in self.answers.items()]), encoding="utf-8")


def read_tally(file: Path) -> Tally:
    rows = json.loads(file.read_text(encoding="utf-8"))
    return Tally(Counter({(operation, status): number for operation, status, number in rows}))
