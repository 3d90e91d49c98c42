"""Intake as a process."""

import socket
import threading
from types import FrameType

import uvicorn
from kafka.errors import KafkaError

from services.intake.app import create_app
from services.intake.wiring import build
from shared.runtime.service import start
from shared.runtime.settings import Settings
from shared.streaming.admin import TopicsError

_DRAIN_SECONDS = 30
_BACKLOG = 2048


class PortTaken(Exception):
    """Something else listens on the port."""


class _Server(uvicorn.Server):
    """Tells the application about a signal before connections are waited for."""

    def __init__(self, config: uvicorn.Config, draining: threading.Event) -> None:
        super().__init__(config)
        self._draining = draining

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._draining.set()
        super().handle_exit(sig, frame)


def main() -> None:
    start("intake", _run, (KafkaError, TopicsError, PortTaken))


def _run(settings: Settings) -> None:
    listener = _listen(settings.host, settings.intake_port)
    wiring = build(settings)
    config = uvicorn.Config(
        create_app(wiring),
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    _Server(config, wiring.draining).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """Bound and not yet listening: nobody is kept waiting by a service that then cannot start. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        raise PortTaken(
            f"cannot listen on {host}:{port} ({problem.strerror}). Choose another port: CACAH_INTAKE_PORT={port + 10}"
        ) from problem
    return listener


if __name__ == "__main__":
    main()
