"""The running system of a state folder: who owns it, and where everything of it is.

`dev.lock` is locked by `cacah dev` for as long as it lives, whatever it dies of; `run.json` says where things are. A
file without its lock is left over from a run that was killed, and is not believed.
"""

import fcntl
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

RUN_FILE: Final = "run.json"
LOCK_FILE: Final = "dev.lock"
_READERS_SECONDS: Final = 0.5
"""A reader holds the lock for a moment to see whether it is free; an owner tries for a little longer than that."""


class Process(msgspec.Struct, frozen=True):
    name: str
    pid: int
    log: str


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """What `run.json` holds.

    `settings`: what a command needs in its environment to talk to this system. `urls`: for people, by name.
    `started_at`: RFC 3339. `ready` is false while the system is starting.
    """

    pid: int
    started_at: str
    ready: bool
    state: str
    kafka: str
    mongo: str
    ports: Mapping[str, int]
    urls: Mapping[str, str]
    settings: Mapping[str, str]
    processes: tuple[Process, ...]


class OwnerLock:
    """Taken by the one process that runs a system in a state folder."""

    def __init__(self, state: Path) -> None:
        self._path = state / LOCK_FILE
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Whether it is ours now; it is not where another process has it. Raises OSError."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + _READERS_SECONDS
        while not _locked(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                os.close(descriptor)
                return False
            time.sleep(0.02)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_owned(state: Path) -> bool:
    """Whether some process runs a system in `state`."""
    try:
        descriptor = os.open(state / LOCK_FILE, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _locked(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def owner_of(state: Path) -> int | None:
    """The process that runs a system in `state`, known from the first moment of its start."""
    if not is_owned(state):
        return None
    text = (state / LOCK_FILE).read_text(encoding="ascii").strip()
    return int(text) if text.isdigit() else None


def find_running(state: Path) -> Running | None:
    """The system that runs in `state`; None where there is none, or it has only begun to start."""
    return read_run_file(state) if is_owned(state) else None


def write_run_file(state: Path, running: Running) -> None:
    """Whole or not at all, and for this user only: the URI of a given MongoDB may hold a password."""
    fresh = state / f"{RUN_FILE}.new"
    fresh.touch(mode=0o600)
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(running), indent=2) + b"\n")
    fresh.replace(state / RUN_FILE)


def read_run_file(state: Path) -> Running | None:
    """None where there is no such file or it is of another version."""
    try:
        return msgspec.json.decode((state / RUN_FILE).read_bytes(), type=Running)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def remove_run_file(state: Path) -> None:
    (state / RUN_FILE).unlink(missing_ok=True)


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
