"""Shared libraries out of Debian packages, without root: downloaded and unpacked, never installed."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deploy.engines.cache import filling
from deploy.engines.errors import EngineError

NEVER = frozenset({"libc6", "libgcc-s1", "libcrypt1"})
"""The loader's own companions: taking them from elsewhere breaks every program."""


def fix(packages: Sequence[str]) -> str:
    return f"install them with the system's package manager: sudo apt-get install {' '.join(packages)}"


def unpack_libraries(packages: Sequence[str], folder: Path) -> None:
    """Fills `folder` with the shared libraries of `packages` and of what they depend on.

    Raises EngineError where the machine is not Debian-like or the packages cannot be downloaded.
    """
    if not all(map(shutil.which, ("apt-get", "apt-cache", "dpkg", "dpkg-query"))):
        raise EngineError("mongod needs system libraries that are missing", fix=fix(packages))
    with filling(folder) as scratch, tempfile.TemporaryDirectory(dir=folder.parent) as work:
        if scratch is not None:
            _download(packages, Path(work))
            _unpack(Path(work), scratch)


def _download(packages: Sequence[str], work: Path) -> None:
    """Straight from the machine's package lists, else from lists fetched for this purpose into `work`."""
    own = _own_lists(work)
    for options in ([], own):
        if options and not _run(["apt-get", *options, "update"], work):
            break
        wanted = _closure([_present_name(name, options, work) for name in packages], options, work)
        if wanted and _run(["apt-get", *options, "download", *wanted], work):
            return
    raise EngineError("mongod needs system libraries that cannot be downloaded", fix=fix(packages))


def _own_lists(work: Path) -> list[str]:
    for name in ("lists/partial", "archives/partial"):
        (work / name).mkdir(parents=True)
    return ["-o", f"Dir::State::Lists={work}/lists", "-o", f"Dir::Cache={work}", "-o", "Debug::NoLocking=1"]


def _present_name(package: str, options: Sequence[str], work: Path) -> str:
    """Newer releases rebuilt some libraries for 64-bit time under a name with a suffix."""
    renamed = f"{package}t64"
    return renamed if _output(["apt-cache", *options, "show", "--no-all-versions", renamed], work) else package


def _closure(packages: Sequence[str], options: Sequence[str], work: Path) -> list[str]:
    """`packages` and those of their dependencies that are not installed."""
    depends = ["apt-cache", *options, "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts"]
    quiet = ["--no-breaks", "--no-replaces", "--no-enhances", *packages]
    names = {line for line in _output([*depends, *quiet], work) if line[:1].isalnum()}
    return sorted(set(packages) | {name for name in names - NEVER if not _installed(name, work)})


def _installed(name: str, work: Path) -> bool:
    return _output(["dpkg-query", "-W", "-f", "${db:Status-Status}", name], work) == ["installed"]


def _unpack(work: Path, target: Path) -> None:
    root = work / "root"
    for package in work.glob("*.deb"):
        _run(["dpkg", "-x", str(package), str(root)], work)
    for library in root.rglob("*.so.*"):
        if library.is_file():  # follows links: each name gets a file of its own
            shutil.copyfile(library, target / library.name)


def _run(command: Sequence[str], work: Path) -> bool:
    return subprocess.run(command, cwd=work, capture_output=True, check=False).returncode == 0  # noqa: S603


def _output(command: Sequence[str], work: Path) -> list[str]:
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.splitlines()
