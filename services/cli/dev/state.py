"""The state folder of `cacah dev`: usable, and owned by one process."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deploy.engines.folder import check_room
from services.cli.errors import Failure
from services.cli.running import OwnerLock, remove_run_file

LITTLE_BYTES: Final = 200_000_000
"""Local stores and logs; engines that run here ask for more."""


class OwnedElsewhereError(Exception):
    """Another process runs a system in this folder."""


@contextmanager
def owned_state(state: Path) -> Iterator[None]:
    """Makes the folder, checks that there is room, and owns it meanwhile; removes `run.json` at the end.

    Raises OwnedElsewhereError, Failure, and EngineError where the disk is full.
    """
    lock = OwnerLock(state)
    try:
        (state / "logs").mkdir(parents=True, exist_ok=True)
        acquired = lock.acquire()
    except OSError as problem:
        raise Failure(
            f"the state folder {state} cannot be used: {problem.strerror}",
            fix="set CACAH_STATE to a folder you may write to",
        ) from problem
    if not acquired:
        raise OwnedElsewhereError
    try:
        check_room(state, LITTLE_BYTES)
        remove_run_file(state)
        yield
    finally:
        remove_run_file(state)
        lock.release()


@contextmanager
def fleeting_state(given: Path | None) -> Iterator[Path]:
    """A folder that is deleted at the end: a fresh one, or `given`, which must hold nothing yet. Raises Failure."""
    if given is None:
        folder = Path(tempfile.mkdtemp(prefix="cacah-"))
    else:
        folder = given
        if folder.exists() and any(folder.iterdir()):
            raise Failure(
                f"{folder} holds something, and --ephemeral would delete it",
                fix="name a new folder with --state, or leave out --ephemeral",
            )
        folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
