"""Intake as a process."""

from kafka.errors import KafkaError

from services.intake.app import create_app
from services.intake.wiring import build
from shared.runtime.service import start
from shared.runtime.settings import Settings
from shared.streaming.admin import TopicsError
from shared.web.patience import Patience
from shared.web.server import PortTaken, listen, raise_file_limit, serve

_DRAIN_SECONDS = 30
_MOST_CONNECTIONS = 20_000
_STREAMS = (":batch", "/roster")


def main() -> None:
    start("intake", _run, (KafkaError, TopicsError, PortTaken))


def _run(settings: Settings) -> None:
    room = raise_file_limit()
    listener = listen(settings.host, settings.intake_port, "CACAH_INTAKE_PORT")
    wiring = build(settings)
    serve(
        create_app(wiring),
        listener,
        drain_seconds=_DRAIN_SECONDS,
        patience=Patience(connections=min(room, _MOST_CONNECTIONS), streams=_STREAMS),
        on_signal=wiring.draining.set,
    )


if __name__ == "__main__":
    main()
