"""Clients that are slow or hostile, on a real socket: each is cut off by its own limit, and nobody else is held up."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from shared.web.patience import Patience, look_at, patient

QUICK = Patience(
    head=0.3,
    body=0.6,
    window=0.3,
    trickle=8,
    unread=0.4,
    connections=20,
    head_bytes=2000,
    headers=20,
    streams=(":all",),
)
GET = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
Test = Callable[["Site"], Awaitable[None]]


@dataclass
class Site:
    port: int
    seen: list[str] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(writer)
        return reader, writer

    async def hang_up(self) -> None:
        for writer in self.writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def told(self, sent: bytes) -> bytes:
        """What comes back until the server closes."""
        reader, writer = await self.connect()
        writer.write(sent)
        async with asyncio.timeout(20):
            return await reader.read()


@contextlib.asynccontextmanager
async def site(patience: Patience) -> AsyncIterator[Site]:
    found = Site(0)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                found.seen.append("gone")
                return
            size += len(message["body"])
            more = message["more_body"]
        found.seen.append(str(size))
        body = bytes(50_000_000) if scope["path"] == "/large" else b"fine"
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for at in range(0, len(body), 1 << 16):
            piece = body[at : at + (1 << 16)]
            await send({"type": "http.response.body", "body": piece, "more_body": at + len(piece) < len(body)})

    config = uvicorn.Config(app, http=patient(patience), ws="none", lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    config.load()
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: config.http_protocol_class(config, server.server_state, {}, loop),  # type: ignore[call-arg]
        "127.0.0.1",
        0,
    )
    found.port = listener.sockets[0].getsockname()[1]

    async def looking() -> None:
        while True:
            look_at(server.server_state.connections)
            await asyncio.sleep(0.02)

    task = asyncio.create_task(looking())
    try:
        yield found
    finally:
        await found.hang_up()
        task.cancel()
        listener.close()
        for each in list(server.server_state.connections):
            each.transport.abort()


def run(test: Test, patience: Patience = QUICK) -> None:
    async def all_of_it() -> None:
        async with site(patience) as found:
            await test(found)

    asyncio.run(all_of_it())


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", b"408"),
        (b"GET / HTTP/1.1\r\nhost", b"408"),
        (b"\r\n\r\n", b"408"),
        (b"POST / HTTP/1.1\r\ncontent-length: 10\r\n\r\n123", b"408"),
        (b"POST /:all HTTP/1.1\r\ncontent-length: 10\r\n\r\n123", b"408"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 30 + b"\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nx: " + b"y" * 3000, b"431"),
        (b"GET /" + b"y" * 3000, b"431"),
    ],
)
def test_who_does_not_come_to_the_point_is_told_and_cut_off(sent: bytes, status: bytes) -> None:
    async def test(found: Site) -> None:
        answer = await found.told(sent)
        assert answer.startswith(b"HTTP/1.1 " + status), answer
        assert b"application/problem+json" in answer
        assert found.seen in ([], ["gone"])

    run(test)


def test_a_head_that_drips_is_cut_off_in_the_same_time() -> None:
    async def test(found: Site) -> None:
        reader, writer = await found.connect()
        dripping = asyncio.create_task(drip(writer, b"GET / HTTP/1.1\r\nx: " + b"y" * 5000, 0.05))
        async with asyncio.timeout(20):
            assert await reader.readexactly(12) == b"HTTP/1.1 408"
        dripping.cancel()

    run(test)


def test_a_body_that_drips_is_cut_off_though_something_always_comes() -> None:
    async def test(found: Site) -> None:
        reader, writer = await found.connect()
        writer.write(b"POST / HTTP/1.1\r\ncontent-length: 5000\r\n\r\n")
        dripping = asyncio.create_task(drip(writer, b"y" * 5000, 0.01))
        async with asyncio.timeout(20):
            assert await reader.readexactly(12) == b"HTTP/1.1 408"
        dripping.cancel()
        assert found.seen == ["gone"]

    run(test)


def test_a_stream_may_go_on_as_long_as_it_goes_on() -> None:
    async def test(found: Site) -> None:
        reader, writer = await found.connect()
        writer.write(b"POST /:all HTTP/1.1\r\ncontent-length: 300\r\n\r\n")
        await drip(writer, b"y" * 300, 0.005)
        async with asyncio.timeout(20):
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        assert found.seen == ["300"]

    run(test, Patience(head=0.3, body=0.1, window=0.4, trickle=8, streams=(":all",)))


def test_who_does_not_read_the_answer_is_cut_off() -> None:
    async def test(found: Site) -> None:
        reader, writer = await found.connect()
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # the stream's own flow control
        writer.write(b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n")
        async with asyncio.timeout(20):
            await cut(writer)
        del reader

    run(test)


def test_the_longest_idle_makes_room_for_the_next() -> None:
    async def test(found: Site) -> None:
        idle = [await found.connect() for _ in range(25)]
        reader, writer = await found.connect()
        writer.write(GET)
        async with asyncio.timeout(20):
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            first = await idle[0][0].read()
        assert first.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 5" in first

    run(test, Patience(head=30, connections=20))


def test_a_kept_connection_serves_on() -> None:
    async def test(found: Site) -> None:
        reader, writer = await found.connect()
        for _ in range(3):
            writer.write(b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc")
            async with asyncio.timeout(20):
                assert (await reader.readuntil(b"fine")).startswith(b"HTTP/1.1 200")
        writer.write(GET + GET)
        async with asyncio.timeout(20):
            assert (await reader.readuntil(b"fine")).startswith(b"HTTP/1.1 200")
            assert (await reader.readuntil(b"fine")).startswith(b"HTTP/1.1 200")
        assert found.seen == ["3", "3", "3", "0", "0"]

    run(test, Patience())


def test_a_body_larger_than_a_head_may_be_comes_through_in_one_piece() -> None:
    size = 10 * QUICK.head_bytes

    async def test(found: Site) -> None:
        reader, writer = await found.connect()
        for _ in range(2):
            writer.write(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n" % size + bytes(size))
            async with asyncio.timeout(20):
                assert (await reader.readuntil(b"fine")).startswith(b"HTTP/1.1 200")
        assert found.seen == [str(size)] * 2

    run(test)


async def drip(writer: asyncio.StreamWriter, sent: bytes, every: float) -> None:
    for each in sent:
        writer.write(bytes([each]))
        await asyncio.sleep(every)


async def cut(writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        writer.write(b" ")
        await asyncio.sleep(0.05)
