"""Intake as a process whose clock is two days behind: what it takes is of a day that is over, wherever it is now."""

from datetime import datetime, timedelta
from typing import Final

from services.intake.app import create_app
from services.intake.metrics import Metrics
from services.intake.wiring import build, microseconds
from shared.domain.census import WIB
from shared.runtime.settings import load_settings
from shared.web.server import listen, serve

BEHIND: Final = timedelta(days=2)


def day() -> str:
    """The one that it takes forms of."""
    return f"{datetime.now(WIB) - BEHIND:%Y-%m-%d}"


def main() -> None:
    settings = load_settings()
    wiring = build(settings, Metrics(), now=lambda: microseconds() - BEHIND // timedelta(microseconds=1))
    listener = listen(settings.host, settings.intake_port, "CACAH_INTAKE_PORT")
    serve(create_app(wiring), listener, drain_seconds=5, on_signal=wiring.draining.set)


if __name__ == "__main__":
    main()
