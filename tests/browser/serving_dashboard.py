"""The dashboard on a port of its own, on totals in memory that a test may add to."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from services.dashboard.app import create_app
from tests.dashboard_kit import CountedEnds, Country, Dashboard, RunningClock, country
from tests.partners import partner
from tests.running import wait_for

_PAST_DAYS = 8


@dataclass(frozen=True, slots=True)
class ServedDashboard:
    """`key`: of somebody who may see every agency from inside."""

    url: str
    key: str
    country: Country
    dashboard: Dashboard

    def answer(self, village: str, families: int) -> None:
        self.country.add(village, families, random.Random(families))


@contextmanager
def dashboard_in_memory(past: int = _PAST_DAYS, with_agencies: int = 2) -> Iterator[ServedDashboard]:
    made = country(past=past, with_agencies=with_agencies)
    dashboard = Dashboard(totals=made.totals, clock=RunningClock(), ends=CountedEnds())
    reader, key = partner("sekretaris", "read")
    dashboard.partners.put(reader)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(dashboard.wiring), log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_for(lambda: dashboard.wiring.published.step >= past or None)
        yield ServedDashboard(f"http://127.0.0.1:{listener.getsockname()[1]}", str(key), made, dashboard)
    finally:
        dashboard.wiring.streams.close()
        server.should_exit = True
        thread.join()
        listener.close()
