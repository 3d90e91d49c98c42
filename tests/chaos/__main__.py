"""`make chaos KILLS=100` kills that many processes of a real system under load; `SEED=n` chooses which, and when."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.run import RATE, Wanted, run


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--rate", type=float, default=RATE, help="forms a second in bulk")
    arguments.add_argument("--keep", type=Path, help="keep the system's state here")
    chosen = arguments.parse_args()
    started = time.monotonic()

    def say(line: str) -> None:
        sys.stdout.write(f"{time.monotonic() - started:7.1f} {line}\n")
        sys.stdout.flush()

    with tempfile.TemporaryDirectory(prefix="cacah-chaos-", ignore_cleanup_errors=True) as scratch:
        folder = chosen.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        outcome = run(Wanted(chosen.kills, chosen.seed, chosen.rate), folder / "state", say)
    for line in outcome.lines():
        sys.stdout.write(line + "\n")
    if not outcome.ok:
        sys.stdout.write(f"replay with: make chaos KILLS={chosen.kills} SEED={chosen.seed}\n")
    sys.stdout.write(outcome.last_line() + "\n")
    return 0 if outcome.ok else 1


if __name__ == "__main__":
    sys.exit(main())
