"""One run of Schemathesis' command line against an intake."""

import json
import os
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.fuzz.tally import FEWEST, Tally, read_tally
from tests.fuzz.topping_up import top_up
from tests.fuzz.world import World

_HERE: Final = Path(__file__).parent
_ROOT: Final = _HERE.parents[1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`failed`: of the random requests; `wrong`: answers to fruitful ones that are not as described."""

    failed: bool
    output: str
    tally: Tally
    wrong: tuple[str, ...]

    @property
    def seldom(self) -> tuple[str, ...]:
        """Operations that answered too few cases well."""
        return tuple(each for each in self.tally.operations() if self.tally.good(each) < FEWEST)

    @property
    def ok(self) -> bool:
        return not self.failed and not self.wrong and not self.seldom

    def lines(self) -> list[str]:
        return [self.output, *self.wrong, *self.tally.lines(), *(f"seldom: {each}" for each in self.seldom)]

    def last_line(self, seed: int) -> str:
        good = sum(map(self.tally.good, self.tally.operations()))
        return (
            f"{'OK' if self.ok else 'FAIL'} operations={len(self.tally.operations())} cases={self.tally.total()} "
            f"good={good} seldom={len(self.seldom)} seed={seed}"
        )


def fuzz(url: str, key: str, agency: str, *, examples: int, seed: int, folder: Path) -> Outcome:
    """
    Args:
        examples: random requests for each operation and phase.
        folder: for files in between.
    """
    with urllib.request.urlopen(f"{url}/openapi.json", timeout=30) as answer:
        described = json.load(answer)
    given, tally = folder / "given.json", folder / "tally.json"
    told = {"url": url, "key": key, "agency": agency, "seed": seed, "openapi": described, "tally": str(tally)}
    given.write_text(json.dumps(told), encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        *("--config-file", str(_HERE / "schemathesis.toml")),
        *("run", f"{url}/openapi.json", "--continue-on-failure", "--no-color"),
        *("--header", f"Authorization: Bearer {key}", "--max-examples", str(examples), "--seed", str(seed)),
    ]
    environment = {
        **os.environ,
        "CACAH_FUZZ": str(given),
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
        "PYTHONPATH": str(_ROOT),
        "COLUMNS": "120",
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    counted = read_tally(tally) if tally.exists() else Tally()
    wrong = top_up(url, key, World(url, key, agency, seed + 1), counted)
    return Outcome(done.returncode != 0, done.stdout + done.stderr, counted, tuple(wrong))
