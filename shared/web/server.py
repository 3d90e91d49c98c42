"""A service that answers over HTTP, as a process."""

import logging
import resource
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from shared.web.patience import Patience, PatientProtocol, look_at, patient
from shared.web.whole import Direct

_DRAIN_SECONDS: Final = 5
_USUAL: Final = Patience()
BACKLOG: Final = 2048
_MOST_FILES: Final = 1 << 20
_OTHER_FILES: Final = 256
"""Descriptors that are no client's."""
_EVERY_SECOND: Final = 10
"""uvicorn ticks ten times a second."""


class PortTaken(Exception):
    """Something else listens on the port."""


def listen(host: str, port: int, setting: str) -> socket.socket:
    """Bound and not yet listening: nobody is kept waiting by a service that then cannot start.

    Args:
        setting: the one that names the port, for people.

    Raises:
        PortTaken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        raise PortTaken(
            f"cannot listen on {host}:{port} ({problem.strerror}). Choose another port: {setting}={port + 10}"
        ) from problem
    return listener


def serve(
    app: ASGIApp,
    listener: socket.socket,
    *,
    drain_seconds: int = _DRAIN_SECONDS,
    patience: Patience = _USUAL,
    direct: Mapping[bytes, Direct] = PatientProtocol.direct,
    on_signal: Callable[[], None] = lambda: None,
    on_serving: Callable[[], None] = lambda: None,
) -> None:
    """Returns when the process was told to end. Open files are raised to what the process may have.

    Args:
        drain_seconds: for requests that are open then.
        patience: with clients; its `connections` are at most what open files leave room for.
        direct: what answers POST requests that came in one piece, by path; the application answers all others.
        on_signal: called at once when it is told to end; open connections are waited for after that.
        on_serving: called when connections are accepted.
    """
    # What a client does wrong it is told; a line in the log for each would be a way to fill the disk.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    connections = min(patience.connections, raise_file_limit())
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=patient(replace(patience, connections=connections), direct),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        # Whose word about addresses is taken is a setting of ours, not whoever connects from this machine.
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=drain_seconds,
    )
    _Server(config, on_signal, on_serving).run(sockets=[listener])


def raise_file_limit() -> int:
    """Let this process have as many open files as it may; how many connections that leaves room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    return max(soft - _OTHER_FILES, _OTHER_FILES) if soft != resource.RLIM_INFINITY else most


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_signal: Callable[[], None], on_serving: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_signal = on_signal
        self._on_serving = on_serving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_serving()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._on_signal()
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if counter % _EVERY_SECOND == 0:
            look_at(self.server_state.connections)
        return await super().on_tick(counter)
