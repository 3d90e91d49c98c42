"""Intake on a log in memory, and a bare ASGI client that can write and read at its own pace."""

import asyncio
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from services.intake.app import create_app
from services.intake.calendar.gate import MemoryCalendars
from services.intake.drafts.store import MemoryDrafts
from services.intake.limits import Limits
from services.intake.memory import MemoryPublisher
from services.intake.operator.conflicts import MemoryConflicts
from services.intake.operator.stages import Stages
from services.intake.status.filed import MemoryFiled
from services.intake.status.heads import MemoryHeads
from services.intake.wiring import wire
from shared.contracts.envelope import Head, Sealer
from shared.runtime.keys import KeyRing, create_keys
from shared.runtime.partners import MemoryPartners

NOW = 1_795_000_000_000_000
CENSUS_DAY = date(2026, 9, 1)
NUMBER = re.compile(r"\d(?:[ .-]?\d){15}")
# Ids and hashes may by chance have sixteen digits in a row.
_HEXADECIMAL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b(?=\d*[a-f])[0-9a-f]{32,}\b")

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.body.splitlines()]


class Exchange:
    """One request: what is put into `incoming` is what the application receives."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[Message] = asyncio.Queue()
        self.outgoing: list[Message] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.taken = 0

    def write(self, body: bytes, *, more: bool = True) -> None:
        self.incoming.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def hang_up(self) -> None:
        self.incoming.put_nowait({"type": "http.disconnect"})

    async def receive(self) -> Message:
        message = await self.incoming.get()
        self.taken += 1
        return message

    async def send(self, message: Message) -> None:
        await self.reads.wait()
        self.outgoing.append(message)

    def reply(self) -> Reply:
        """What was sent so far; no number of sixteen digits may be in it."""
        start, *rest = self.outgoing
        body = b"".join(message.get("body", b"") for message in rest)
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        shown = json.dumps(headers) + body.decode()
        assert not NUMBER.search(_HEXADECIMAL.sub("", shown)), "an answer shows a number"
        return Reply(start["status"], headers, body)


class Intake:
    """`client`: the address that requests come from."""

    def __init__(
        self,
        folder: Path,
        publisher: MemoryPublisher | None = None,
        stages: Stages | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.client = "127.0.0.1"
        self.keys: KeyRing = create_keys(folder)
        self.log = publisher or MemoryPublisher()
        self.time = NOW
        self.partners = MemoryPartners()
        self.conflicts = MemoryConflicts()
        self.heads = MemoryHeads(self.log)
        self.filed = MemoryFiled()
        self.calendars = MemoryCalendars()
        self.drafts = MemoryDrafts()
        self.wiring = wire(
            self.keys,
            self.log,
            census_day=CENSUS_DAY,
            now=lambda: self.time,
            partners=self.partners,
            conflicts=self.conflicts,
            heads=self.heads,
            filed=self.filed,
            stages=stages,
            limits=limits,
            calendars=self.calendars,
            drafts=self.drafts,
        )
        self.front = create_app(self.wiring)
        self.app = self.front.app

    def scope(self, method: str, path: str, headers: dict[str, str]) -> Message:
        path, _, query = path.partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": (self.client, 1),
            "server": ("127.0.0.1", 8000),
        }

    async def run(self, exchange: Exchange, method: str, path: str, headers: dict[str, str] | None = None) -> None:
        # Starlette types messages as any mutable mapping; the exchange takes dictionaries.
        await self.front(self.scope(method, path, headers or {}), exchange.receive, exchange.send)  # type: ignore[arg-type]

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, *, piece: int = 1 << 16
    ) -> Reply:
        exchange = Exchange()
        for at in range(0, len(body), piece):
            exchange.write(body[at : at + piece])
        exchange.write(b"", more=False)
        await self.run(exchange, method, path, headers)
        return exchange.reply()

    def get(self, path: str) -> Reply:
        return asyncio.run(self.ask("GET", path))

    def post(self, form: Any, path: str = "/v1/submissions", **headers: str) -> Reply:
        """`headers`: underscores for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return asyncio.run(self.ask("POST", path, as_bytes(form), named))

    def batch(self, lines: Iterable[Any], *, piece: int = 1 << 16) -> list[Any]:
        body = b"".join(as_bytes(line) + b"\n" for line in lines)
        reply = asyncio.run(self.ask("POST", "/v1/submissions:batch", body, piece=piece))
        assert reply.status == 200
        return reply.lines

    def opened(self) -> list[tuple[Head, bytes]]:
        """Every record of the log, in order, with its payload."""
        sealer = Sealer(self.keys.payload)
        return [sealer.open(kept.value) for kept in self.log.records]


def as_bytes(form: Any) -> bytes:
    return form if isinstance(form, bytes) else json.dumps(form).encode()
