"""`make fuzz`: thousands of requests against a system of its own, then an audit of what they left.

python -m tests.fuzz --examples 1000 --seed 7
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from services.cli.dev.screen import Screen
from services.cli.dev.system import running_system
from shared.runtime.partners import SCOPES
from tests.fuzz.garbage import spread_garbage
from tests.fuzz.running import fuzz

AGENCY = "DINAS-FUZZ"
PROGRAM = str(Path(sys.executable).with_name("cacah"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("--examples", type=int, default=1000, help="random requests for each operation and phase")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="cacah-fuzz-") as name:
        folder = Path(name)
        state = folder / "state"
        with running_system(state, screen=Screen(console)) as system:
            environment = {**dict(system.running().settings), "CACAH_STATE": str(state)}

            def cacah(*words: str) -> subprocess.CompletedProcess[str]:
                return subprocess.run(
                    [PROGRAM, *words], env=environment, capture_output=True, text=True, timeout=300, check=False
                )

            # Conflicts to decide.
            cacah("generate", "--region", "35.09", "--households", "20000", "--seed", str(asked.seed))
            spread_garbage(system.running().kafka, 200, asked.seed)
            scopes = [word for scope in SCOPES for word in ("--scope", scope)]
            key = json.loads(cacah("partners", "add", "fuzz", *scopes, "--agency", AGENCY, "--json").stdout)["key"]
            url = system.running().urls["intake"]
            outcome = fuzz(url, key, AGENCY, examples=asked.examples, seed=asked.seed, folder=folder)
            audit = cacah("audit")
    sys.stdout.write("\n".join([*outcome.lines(), audit.stdout or audit.stderr, outcome.last_line(asked.seed), ""]))
    return 0 if outcome.ok and audit.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
