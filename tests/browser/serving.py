"""The portal on a port of its own, in front of an intake whose log is in memory and counts at once."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import httpx
import uvicorn

from services.intake.operator.stages import MemoryStages
from services.intake.status.model import Progress
from services.portal.app import create_app
from services.portal.wiring import wire
from shared.contracts.calendar import CalendarOrder, document_of
from tests.aside import put_aside
from tests.partners import partner
from tests.running import wait_for
from tests.unit.intake_kit import CENSUS_DAY, Intake
from tests.unit.test_intake_operator import household_conflict, person_conflict
from tests.unit.test_intake_stages import status

_EVERYTHING = 1_000_000


class Line(httpx.ASGITransport):
    """Between portal and intake. `broken`: what is asked arrives, the answer does not."""

    broken = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if self.broken:
            raise httpx.ReadTimeout("no answer")
        return answer


@dataclass(frozen=True, slots=True)
class Served:
    """`key`: an operator's. `conflict`: one that is open. `set_deadline`: the newest calendar's."""

    url: str
    key: str
    conflict: str
    line: Line
    set_deadline: Callable[[datetime], None]


@contextmanager
def portal_in_memory(folder: Path) -> Iterator[Served]:
    intake = Intake(folder, stages=MemoryStages(status(7)))
    for number in range(4):
        intake.filed.positions[number] = Progress(validated=_EVERYTHING, counted=_EVERYTHING)
    for conflict in (person_conflict(), household_conflict()):
        intake.conflicts.documents[conflict["conflict"]] = conflict
    put_aside(intake)
    operator, key = partner("pengelola", "read", "operate")
    intake.partners.put(operator)
    line = Line(intake.app)
    client = httpx.AsyncClient(transport=line, base_url="http://intake")
    app = create_app(wire(b"a secret of the portal in tests.", client, census_day=CENSUS_DAY, patience=0.0))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_for(lambda: server.started or None)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield Served(url, str(key), person_conflict()["conflict"], line, _calendar_of(intake))
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _calendar_of(intake: Intake) -> Callable[[datetime], None]:
    received = count(1)

    def set_deadline(deadline: datetime) -> None:
        opens = datetime(2020, 1, 1, tzinfo=UTC)
        order = CalendarOrder(census_day=CENSUS_DAY, opens_at=opens, deadline=deadline, by="pengelola")
        intake.wiring.gate.adopt(document_of(order, next(received)))

    return set_deadline
