"""`cacah dev --stop`."""

import os
import signal
import time
from pathlib import Path
from typing import Final

from services.cli.errors import Failure
from services.cli.running import is_owned, owner_of

STOP_SECONDS: Final = 120.0
"""More than the grace of every process one after the other."""


def stop_running(state: Path) -> int | None:
    """Stops the system of a state folder and returns when it is gone: its process id, None where none ran.

    Raises Failure.
    """
    pid = owner_of(state)
    if pid is None:
        return None
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return None
    except PermissionError:
        raise Failure(f"process {pid} belongs to another user", fix=f"sudo kill {pid}") from None
    deadline = time.monotonic() + STOP_SECONDS
    while is_owned(state):
        if time.monotonic() > deadline:
            raise Failure(f"process {pid} has not stopped after {STOP_SECONDS:.0f} s", fix=f"kill -9 {pid}")
        time.sleep(0.05)
    return pid
