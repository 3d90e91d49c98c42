"""The portal as a process."""

from services.portal.app import create_app
from services.portal.wiring import build
from shared.runtime.service import start
from shared.runtime.settings import Settings
from shared.web.server import PortTaken, listen, serve


def main() -> None:
    start("portal", _run, (PortTaken,))


def _run(settings: Settings) -> None:
    listener = listen(settings.host, settings.portal_port, "CACAH_PORTAL_PORT")
    serve(create_app(build(settings)), listener)


if __name__ == "__main__":
    main()
