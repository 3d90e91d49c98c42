"""The one folder that downloads go to."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.engines.folder import check_room

CHECKOUT = Path(__file__).resolve().parents[2]
FETCH_BYTES = 400_000_000


def cache_folder(given: Path | None = None, environment: Mapping[str, str] | None = None) -> Path:
    """`given`, else `CACAH_CACHE`, else `.cache` of the checkout; created."""
    named = (os.environ if environment is None else environment).get("CACAH_CACHE")
    folder = (given or (Path(named) if named else CHECKOUT / ".cache")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def filling(target: Path) -> Iterator[Path | None]:
    """A scratch folder that becomes `target` when the block ends well: `target` is never seen half full.

    Yields None where `target` is there already; a second process waits for the first.
    """
    parent = target.parent
    parent.mkdir(parents=True, exist_ok=True)
    with (parent / f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.exists():
            yield None
            return
        for left_over in parent.glob(f"{target.name}.*.part"):  # of a process that was killed: the lock is ours now
            shutil.rmtree(left_over, ignore_errors=True)
        check_room(parent, FETCH_BYTES)
        scratch = Path(tempfile.mkdtemp(prefix=f"{target.name}.", suffix=".part", dir=parent))
        try:
            yield scratch
            scratch.rename(target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
