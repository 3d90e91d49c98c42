"""The jars of Kafka, locked: which there must be, and whether they are what they were."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.errors import EngineError

KAFKA_VERSION = "4.3.1"
LOCK_FILE = Path(__file__).with_name("kafka.lock")


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the lock. `sha256` is lower-case hexadecimal."""

    file: str
    sha256: str
    group: str
    artifact: str
    version: str


def read_lock(path: Path = LOCK_FILE) -> tuple[Jar, ...]:
    """Raises ValueError naming the first line that is not `file sha256 group:artifact:version`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_jar(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#"))


def _jar(number: int, line: str) -> Jar:
    match line.split():
        case [file, sha256, coordinate] if len(sha256) == 64 and coordinate.count(":") == 2:
            return Jar(file, sha256, *coordinate.split(":"))
    raise ValueError(f"line {number} of the jar lock is not: file, SHA-256, group:artifact:version")


def differences(folder: Path, lock: tuple[Jar, ...]) -> list[str]:
    """What is wrong with the jars in `folder`, one phrase each; empty when they are exactly those of the lock."""
    present = {path.name: path for path in folder.glob("*.jar")}
    wanted = {jar.file: jar for jar in lock}
    problems = [f"{name} is missing" for name in sorted(wanted.keys() - present.keys())]
    problems += [f"{name} is not in the lock" for name in sorted(present.keys() - wanted.keys())]
    for name in sorted(wanted.keys() & present.keys()):
        if _sha256(present[name]) != wanted[name].sha256:
            problems.append(f"{name} has another SHA-256 than the lock")
    return problems


def verify(folder: Path, lock: tuple[Jar, ...]) -> None:
    """Raises EngineError unless the jars in `folder` are exactly those of the lock."""
    problems = differences(folder, lock)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise EngineError(
            f"the jars of Kafka are not the locked ones: {problems[0]}{more}",
            fix=f"remove {folder} and run `make setup` again",
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
