"""Intake as a process, or as several on one port."""

import os
import signal
import socket
import sys
from collections.abc import Callable

from kafka.errors import KafkaError

from services.intake.app import create_app
from services.intake.crew import Crew, Post
from services.intake.metrics import Metrics
from services.intake.wiring import build
from shared.runtime.service import start
from shared.runtime.settings import Settings
from shared.streaming.admin import TopicsError
from shared.web.patience import Patience
from shared.web.server import PortTaken, listen, serve

_DRAIN_SECONDS = 30
_GRACE_SECONDS = 5
"""More than workers have among themselves, for the process above them."""
_MOST_CONNECTIONS = 20_000
_MOST_BY_CORE = 4
_STREAMS = (":batch", "/roster")


def main() -> None:
    start("intake", _run, (KafkaError, TopicsError, PortTaken))


def _run(settings: Settings) -> None:
    workers = settings.intake_workers or min(os.cpu_count() or 1, _MOST_BY_CORE)
    listener = listen(settings.host, settings.intake_port, "CACAH_INTAKE_PORT")
    if workers == 1:
        _serve(settings, listener, Metrics(), on_serving=lambda: None)
        return
    found = Crew(listener, workers, drain_seconds=_DRAIN_SECONDS + _GRACE_SECONDS).run()
    if not isinstance(found, Post):
        sys.exit(found)
    # A signal to itself, for it is known how to leave on one.
    found.watch(lambda: os.kill(os.getpid(), signal.SIGTERM))
    _serve(settings, listener, found.metrics(), on_serving=found.say_serving)


def _serve(settings: Settings, listener: socket.socket, metrics: Metrics, *, on_serving: Callable[[], None]) -> None:
    wiring = build(settings, metrics)
    app = create_app(wiring)
    serve(
        app,
        listener,
        drain_seconds=_DRAIN_SECONDS,
        patience=Patience(connections=_MOST_CONNECTIONS, streams=_STREAMS),
        direct=app.direct,
        on_signal=wiring.draining.set,
        on_serving=on_serving,
    )


if __name__ == "__main__":
    main()
