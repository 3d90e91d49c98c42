"""The dashboard as a process."""

from pymongo.errors import PyMongoError

from services.dashboard.app import create_app
from services.dashboard.wiring import build
from shared.runtime.service import start
from shared.runtime.settings import Settings
from shared.web.server import PortTaken, listen, serve


def main() -> None:
    start("dashboard", _run, (PyMongoError, PortTaken))


def _run(settings: Settings) -> None:
    listener = listen(settings.host, settings.dashboard_port, "CACAH_DASHBOARD_PORT")
    wiring = build(settings)
    serve(create_app(wiring), listener, on_signal=wiring.streams.close)


if __name__ == "__main__":
    main()
