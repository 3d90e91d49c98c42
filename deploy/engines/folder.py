"""The state folder of a run: room enough, and one owner at a time."""

import fcntl
import os
import shutil
import time
from pathlib import Path

from deploy.engines.errors import EngineError

NEEDED_BYTES = 1_000_000_000
"""An empty mongod takes 0.3 GB (journal included), Kafka's segments and a small census the rest."""
WINDING_DOWN_SECONDS = 20.0
"""How long the engines of a killed owner may take to end: the guard's grace and a little more."""
LONG_LOG_BYTES = 16_000_000


class StateFolder:
    """Creates `path`; `acquire` locks it. The lock's descriptor is passed on to the engines (see `process`)."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: int | None = None

    @property
    def lock(self) -> int:
        assert self._lock is not None, "acquire first"
        return self._lock

    def acquire(self) -> None:
        """Raises EngineError where the disk is too full, the folder not writable, or another run owns it."""
        try:
            for folder in (self.path, self.path / "logs", self.path / "tmp"):
                folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path / "engines.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as problem:
            raise EngineError(
                f"the state folder {self.path} cannot be used: {problem.strerror}",
                fix="set CACAH_STATE to a folder you may write to",
            ) from problem
        try:
            check_room(self.path)
            self._wait_for(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        self._lock = descriptor

    def release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _wait_for(self, descriptor: int) -> None:
        deadline = time.monotonic() + WINDING_DOWN_SECONDS
        while not _locked(descriptor):
            owner = _owner(descriptor)
            if time.monotonic() > deadline or (owner and _alive(owner)):
                raise EngineError(
                    f"the state folder {self.path} is in use by another run (process {owner or 'unknown'})",
                    fix="stop that run, or set CACAH_STATE to another folder",
                )
            time.sleep(0.05)


def trim_log(path: Path) -> None:
    """A log that a kept state folder made long steps aside, in place of the one before it."""
    if path.exists() and path.stat().st_size > LONG_LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))


def check_room(path: Path, needed: int = NEEDED_BYTES) -> None:
    """Raises EngineError where the disk of `path` has less than `needed` bytes left."""
    free = shutil.disk_usage(path).free
    if free < needed:
        raise EngineError(
            f"the disk of {path} is too full: {free / 1e9:.1f} GB left, {needed / 1e9:.1f} GB needed",
            fix="make room there, or set CACAH_STATE and CACAH_CACHE to folders on another disk",
        )


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner(descriptor: int) -> int:
    text = os.pread(descriptor, 32, 0).strip()
    return int(text) if text.isdigit() else 0


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
