"""Intake as a process, or as several on one port."""

import os
import signal
import socket
import sys
from collections.abc import Callable

from kafka.errors import KafkaError

from services.intake.crew import Crew, Post, own_post, worker_command
from services.intake.metrics import Metrics
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
    post = own_post()
    if post is not None:
        _work(settings, post)
        return
    workers = settings.intake_workers or min(os.cpu_count() or 1, _MOST_BY_CORE)
    listener = listen(settings.host, settings.intake_port, "CACAH_INTAKE_PORT")
    if workers == 1:
        _serve(settings, listener, Metrics(), on_serving=lambda: None)
    else:
        sys.exit(Crew(listener, workers, worker_command(), drain_seconds=_DRAIN_SECONDS + _GRACE_SECONDS).run())


def _work(settings: Settings, post: Post) -> None:
    # A signal to itself, for it is known how to leave on one.
    post.watch(lambda: os.kill(os.getpid(), signal.SIGTERM))
    _serve(settings, post.socket(), post.metrics(), on_serving=post.say_serving)


def _serve(settings: Settings, listener: socket.socket, metrics: Metrics, *, on_serving: Callable[[], None]) -> None:
    # Here and not above: the process over the workers stays small.
    from services.intake.app import create_app  # noqa: PLC0415
    from services.intake.wiring import build  # noqa: PLC0415

    wiring = build(settings, metrics)
    serve(
        create_app(wiring),
        listener,
        drain_seconds=_DRAIN_SECONDS,
        patience=Patience(connections=_MOST_CONNECTIONS, streams=_STREAMS),
        on_signal=wiring.draining.set,
        on_serving=on_serving,
    )


if __name__ == "__main__":
    main()
