"""Forms that come in one piece are answered without ASGI, and byte for byte as with it. On real sockets."""

import asyncio
import gzip
import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uvicorn

from services.intake.direct import DirectRoute
from services.intake.memory import MemoryPublisher
from services.intake.routes import SubmissionRoute
from shared.runtime.keys import load_keys
from shared.web.patience import Patience, PatientProtocol, patient
from shared.web.whole import WholeRequest
from tests.families import family
from tests.unit import intake_kit
from tests.unit.intake_kit import Intake, as_bytes

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ONE, TWO = (str(UUID(int=number, version=4)) for number in (1, 2))


def request(form: Any, *fields: str, path: str = "/v1/submissions") -> bytes:
    body = as_bytes(form)
    head = (f"POST {path} HTTP/1.1", "host: a", f"content-length: {len(body)}", *fields)
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


REQUESTS = {
    "accepted": request(family({"/id": ONE})),
    "accepted again": request(family({"/id": ONE})),
    "in English": request(family({"/id": TWO}), "Accept-Language: en", "Content-Type: application/json"),
    "other answers": request(family({"/id": ONE, "/housing/floor": 3})),
    "with warnings": request(family({"/id": str(UUID(int=3)), "/members/0/birth_date": "1905-01-01"})),
    "with errors": request(family({"/card": "1"})),
    "no JSON": request(b"{"),
    "nothing": request(b""),
    "no form": request({"version": 1}),
    "another type": request(b"a=b", "Content-Type: application/x-www-form-urlencoded"),
    "a type twice": request(b"{", "Content-Type: application/json", "Content-Type: text/plain"),
    "a key": request(family({"/id": None}), f'Idempotency-Key: "{UUID(int=4)}"'),
    "a wrong key": request(family({"/id": None}), "Idempotency-Key: mine"),
    "a wrong code": request(family({"/correction": {"lineage": ONE, "code": "0" * 17}})),
    "through a proxy": request(family({"/id": str(UUID(int=5))}), "X-Forwarded-For: 203.0.113.7"),
    "too large": request(b" " * (257 << 10)),
    "the last": request(family({"/id": str(UUID(int=6))}), "Connection: close"),
}


@asynccontextmanager
async def served(kit: Intake, *, direct: bool) -> AsyncIterator[tuple[int, set[PatientProtocol]]]:
    """Its port and its connections."""
    protocol = patient(Patience(), kit.front.direct if direct else {})
    config = uvicorn.Config(kit.front, http=protocol, ws="none", lifespan="off", log_config=None, access_log=False)
    config.load()
    server, loop = uvicorn.Server(config), asyncio.get_running_loop()
    listener = await loop.create_server(lambda: protocol(config, server.server_state, {}, loop), "127.0.0.1", 0)
    try:
        yield listener.sockets[0].getsockname()[1], server.server_state.connections  # type: ignore[misc]  # all are ours
    finally:
        listener.close()
        for each in list(server.server_state.connections):
            each.transport.abort()


def talk(kit: Intake, words: Talk, *, direct: bool = True) -> None:
    async def body() -> None:
        async with served(kit, direct=direct) as (port, _), asyncio.timeout(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await words(reader, writer)
            writer.close()

    asyncio.run(body())


async def answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    size = next(int(line[16:]) for line in head.splitlines() if line.startswith(b"content-length: "))
    return head + await reader.readexactly(size)


def answers(kit: Intake, *, direct: bool) -> dict[str, bytes]:
    found: dict[str, bytes] = {}

    async def words(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for name, sent in REQUESTS.items():
            writer.write(sent)
            found[name] = await answer(reader)
        assert await reader.read() == b""

    random.seed(1)
    talk(kit, words, direct=direct)
    return found


@pytest.fixture
def twins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Intake, Intake]:
    """Two that have the same keys and the same time."""
    one = Intake(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    monkeypatch.setattr(intake_kit, "create_keys", load_keys)
    return one, Intake(tmp_path / "two")


def test_both_ways_give_the_same_bytes(twins: tuple[Intake, Intake]) -> None:
    one, two = (answers(kit, direct=direct) for kit, direct in zip(twins, (True, False), strict=True))
    assert one == two
    statuses = [int(found.split(b" ", 2)[1]) for found in one.values()]
    assert statuses == [202, 202, 202, 409, 202, 422, 400, 400, 422, 415, 400, 202, 400, 422, 202, 413, 202]
    assert b"ratelimit-policy: " in one["through a proxy"]
    assert b"connection: close" in one["the last"]
    assert len(twins[0].log.records) == len(twins[1].log.records) == 6


def never(*_: object) -> None:
    raise ZeroDivisionError


def test_what_comes_in_one_piece_does_without_asgi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SubmissionRoute, "__call__", never)
    kit = Intake(tmp_path)

    async def words(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in range(3):
            writer.write(request(family({"/id": str(UUID(int=number))})))
            assert (await answer(reader)).startswith(b"HTTP/1.1 202 ")

    talk(kit, words)
    assert len(kit.log.records) == 3


CHUNKED = b"POST /v1/submissions HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        [request(family())[:-1], request(family())[-1:]],
        [request(family())[:20], request(family())[20:300], request(family())[300:]],
        [request(family()).partition(b"\r\n\r\n")[0] + b"\r\n\r\n", as_bytes(family())],
        [CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(as_bytes(family())), as_bytes(family()))],
        [request(gzip.compress(as_bytes(family())), "content-encoding: gzip")],
        [request(family(), path="/v1/submissions?dry_run=false")],
        [request(family(), "Expect: 100-continue")],
        [request(family()).replace(b"HTTP/1.1", b"HTTP/1.0")],
    ],
    ids=["two pieces", "three", "head and body", "chunked", "packed", "a query", "with a question", "HTTP 1.0"],
)
def test_everything_else_goes_to_the_application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: list[bytes]
) -> None:
    monkeypatch.setattr(DirectRoute, "__call__", never)
    kit = Intake(tmp_path)

    async def body() -> None:
        async with served(kit, direct=True) as (port, connections), asyncio.timeout(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            while not connections:
                await asyncio.sleep(0)
            for piece in sent:
                # What comes at once is for the kernel to say; here it is said.
                next(iter(connections)).data_received(piece)
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 100 " in head:
                head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 202 ")
            writer.close()

    asyncio.run(body())
    assert len(kit.log.records) == 1


def test_requests_that_do_not_wait_for_answers_are_answered_in_order(tmp_path: Path) -> None:
    kit = Intake(tmp_path)
    ids = [str(UUID(int=number)) for number in range(20)]

    async def words(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(request(family({"/id": each})) for each in ids))
        for each in ids:
            assert f"location: /v1/submissions/{each}".encode() in await answer(reader)

    talk(kit, words)
    assert len(kit.log.records) == 20


def test_what_the_log_does_not_take_is_said(tmp_path: Path) -> None:
    log = MemoryPublisher(limit=1, manual=True)
    kit = Intake(tmp_path, log)

    async def words(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        log.away = True
        writer.write(request(family({"/id": ONE})))
        assert (await answer(reader)).startswith(b"HTTP/1.1 503 ")
        log.away = False
        writer.write(request(family({"/id": ONE})))
        while not log.load.records:
            await asyncio.sleep(0.001)
        other = await asyncio.open_connection("127.0.0.1", writer.get_extra_info("peername")[1])
        other[1].write(request(family({"/id": TWO})))
        assert b'"code":"overloaded"' in await answer(other[0])
        log.lose(1)
        assert b'"code":"outcome-unknown"' in await answer(reader)
        other[1].close()

    talk(kit, words)


def test_who_hangs_up_costs_nothing_but_the_answer(tmp_path: Path) -> None:
    log = MemoryPublisher(manual=True)
    kit = Intake(tmp_path, log)

    async def words(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        gone = await asyncio.open_connection("127.0.0.1", writer.get_extra_info("peername")[1])
        gone[1].write(request(family({"/id": ONE})))
        while not log.load.records:
            await asyncio.sleep(0.001)
        gone[1].transport.abort()
        await asyncio.sleep(0)
        log.acknowledge(1)
        other = await asyncio.open_connection("127.0.0.1", writer.get_extra_info("peername")[1])
        other[1].write(request(family({"/id": TWO})))
        while not log.load.records:
            await asyncio.sleep(0.001)
        log.acknowledge(1)
        assert (await answer(other[0])).startswith(b"HTTP/1.1 202 ")
        other[1].close()

    talk(kit, words)


def test_what_breaks_is_a_problem_and_is_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kit = Intake(tmp_path)
    monkeypatch.setattr(kit.wiring.acceptor, "send", never)

    async def words(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(request(family()))
        assert (await answer(reader)).startswith(b"HTTP/1.1 500 ")

    talk(kit, words)
    assert caplog.records[0].exc_info is not None


def test_an_answer_to_nobody_goes_nowhere() -> None:
    request = WholeRequest.__new__(WholeRequest)
    request.disconnected = True
    request.answer(202, b"", b"")
