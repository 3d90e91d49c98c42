"""Waiting for an engine, and asking whether one is there."""

import socket
import struct
import time
from collections.abc import Callable

from deploy.engines.errors import EngineError

POLL_SECONDS = 0.05
START_SECONDS = 120.0

_API_VERSIONS = 18
_REQUEST = struct.pack(">ihhih", 10, _API_VERSIONS, 0, 1, -1)
"""ApiVersions v0: length, key, version, correlation id 1, no client id. Every broker answers it, even before login."""
_ANSWER = struct.Struct(">iih")


def wait_until(
    ready: Callable[[], bool], ended: Callable[[], int | None], *, name: str, log: str, seconds: float = START_SECONDS
) -> None:
    """Polls until `ready`; raises EngineError when the engine ends first or `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while not ready():
        code = ended()
        if code is not None:
            raise EngineError(f"{name} ended while it was starting (exit {code})", fix=f"see the end of {log}")
        if time.monotonic() > deadline:
            raise EngineError(f"{name} was not ready after {seconds:.0f} s", fix=f"see the end of {log}")
        time.sleep(POLL_SECONDS)


def broker_answers(host: str, port: int, timeout: float = 2.0) -> bool:
    """Whether a Kafka broker serves requests there; a listening socket alone is not enough."""
    try:
        with socket.create_connection((host, port), timeout) as connection:
            connection.settimeout(timeout)
            connection.sendall(_REQUEST)
            answer = connection.recv(_ANSWER.size, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(answer) == _ANSWER.size and _ANSWER.unpack(answer)[1:] == (1, 0)
