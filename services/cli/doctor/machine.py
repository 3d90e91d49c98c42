"""This machine: Python, room, limits, and what the local engines are made of."""

import os
import platform
import resource
import shutil
import sys
from pathlib import Path
from typing import Final

from deploy.engines.cache import cache_folder
from deploy.engines.debian import fix as debian_fix
from deploy.engines.errors import EngineError
from deploy.engines.fetch import check_platform
from deploy.engines.folder import NEEDED_BYTES
from deploy.engines.jars import KAFKA_VERSION, differences, read_lock
from deploy.engines.java import find_java
from deploy.engines.mongod_wheel import PACKAGES, find_mongod, missing_libraries
from services.cli.doctor.model import Finding, Patient, bad, good, skipped, warning
from services.cli.main import OLDEST, TOO_NEW

_LOW_BYTES: Final = 5 * NEEDED_BYTES
_MEMORY_BYTES: Final = 3 << 30
"""Kafka's heap, mongod's cache, and a Python process a stage."""
_FILES: Final = 4096


def python(patient: Patient) -> Finding:
    del patient
    version = sys.version_info[:2]
    if OLDEST <= version < TOO_NEW:
        return good(platform.python_version())
    return bad(f"{platform.python_version()} cannot run Cacah", "make setup PYTHON=python3.13")


def disk(patient: Patient) -> Finding:
    folder = _existing(patient.settings.state.absolute())
    free = shutil.disk_usage(folder).free
    says = f"{free / 1e9:.1f} GB left in {folder}"
    if free < NEEDED_BYTES:
        return bad(says, "make room there, or: export CACAH_STATE=<a folder on another disk>")
    if free < _LOW_BYTES:
        return warning(says, "make room there before a large count")
    return good(says)


def memory(patient: Patient) -> Finding:
    del patient
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    says = f"{total / (1 << 30):.1f} GiB, {os.cpu_count()} cores"
    if total < _MEMORY_BYTES:
        return warning(says, "use a machine with 3 GiB or more, or servers elsewhere: CACAH_KAFKA, CACAH_MONGO")
    return good(says)


def open_files(patient: Patient) -> Finding:
    del patient
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    says = f"up to {soft} open files"
    if soft >= _FILES:
        return good(says)
    return warning(says, f"ulimit -n {_FILES if hard == resource.RLIM_INFINITY or hard >= _FILES else hard}")


def state_folder(patient: Patient) -> Finding:
    folder = patient.settings.state.absolute()
    if os.access(_existing(folder), os.W_OK | os.X_OK):
        return good(str(folder))
    return bad(f"{folder} cannot be written", "export CACAH_STATE=<a folder you may write to>")


def java(patient: Patient) -> Finding:
    if patient.running is None and "kafka" in patient.reached:
        return skipped("a given Kafka is used")
    try:
        check_platform(sys.platform, platform.machine())
        return good(str(find_java()))
    except EngineError as problem:
        return bad(str(problem), problem.fix)


def kafka_jars(patient: Patient) -> Finding:
    del patient
    folder = cache_folder() / f"kafka-{KAFKA_VERSION}"
    if not folder.exists():
        return warning(f"Kafka {KAFKA_VERSION} is not fetched yet", "make setup")
    found = differences(folder, read_lock())
    if found:
        return bad(f"{len(found)} jars are not what the lock says", f"rm -r {folder} && make setup")
    return good(f"Kafka {KAFKA_VERSION}, every jar verified")


def mongod(patient: Patient) -> Finding:
    del patient
    cache = cache_folder()
    try:
        program = find_mongod(cache)
    except EngineError as problem:
        return warning(str(problem), "make setup")
    libraries = cache / "libraries"
    missing = missing_libraries(program, libraries if libraries.exists() else None)
    if missing:
        return bad(f"mongod lacks {', '.join(missing)}", debian_fix(sorted({PACKAGES.get(n, n) for n in missing})))
    return good(program.name + ", all its libraries are there")


def _existing(folder: Path) -> Path:
    """The folder itself, or the nearest one above it that is there."""
    return next(each for each in (folder, *folder.parents) if each.exists())
