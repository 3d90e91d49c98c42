"""A service that answers over HTTP, as a process."""

import socket
from typing import Final

import uvicorn
from starlette.types import ASGIApp

_DRAIN_SECONDS: Final = 5


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


def serve(app: ASGIApp, listener: socket.socket, *, drain_seconds: int = _DRAIN_SECONDS) -> None:
    """Returns when the process was told to end. `drain_seconds`: for requests that are open then."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=drain_seconds,
    )
    uvicorn.Server(config).run(sockets=[listener])
