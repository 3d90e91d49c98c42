"""HTTP for clients that are slow, or mean to be: what uvicorn leaves open has an end here.

A connection waits for a request's head for so long, for its body for so long, and for a client that does not read for
so long. Looked at once a second by the server, so that a request costs no timer of its own.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from math import inf
from time import monotonic
from types import MappingProxyType
from typing import Any, ClassVar, Final

from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from shared.web.whole import Direct, WholeRequest


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds, sizes in bytes.

    `head`: from the connection, or from a request's first byte, until its head is whole. `body`: until the body is
    whole. `streams`: ends of paths whose bodies may go on for any time, if `trickle` bytes come in every `window` in
    which the application waits for them. `unread`: for a client that takes not one byte of its answer.
    `connections`: above it, the one that has been idle longest makes room.
    """

    head: float = 10.0
    body: float = 60.0
    window: float = 30.0
    trickle: int = 256
    unread: float = 120.0
    connections: int = 10_000
    head_bytes: int = 32 << 10
    headers: int = 100
    streams: tuple[str, ...] = ()


class PatientProtocol(HttpToolsProtocol):
    patience: ClassVar[Patience] = Patience()
    idle: ClassVar[dict["PatientProtocol", None]]
    """Connections without a request under way, the one that is so longest first."""
    direct: ClassVar[Mapping[bytes, Direct]] = MappingProxyType({})
    """What answers POST requests that came in one piece, by path."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._deadline = inf
        self._in_head = True
        self._in_body = False
        self._head_bytes = 0
        self._turned = False
        """A message ended in what is being received."""
        self._stream = False
        self._received = self._counted = 0
        self._unread = (0, inf)
        self._whole: bytes | None = None
        """The body so far of a request that may yet come in one piece."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._deadline = monotonic() + self.patience.head
        self.idle[self] = None
        if len(self.connections) > self.patience.connections:
            next(iter(self.idle)).leave(HTTPStatus.SERVICE_UNAVAILABLE)

    def connection_lost(self, exc: Exception | None) -> None:
        self.idle.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline == inf and self._in_head:
            self._deadline = monotonic() + self.patience.head
        self._turned = False
        super().data_received(data)
        if self._whole is not None:
            # There is more to come of it: the application receives it as it comes.
            begun, self._whole = self._whole, None
            if not self.transport.is_closing():
                self._open()
                super().on_body(begun)
        # What came with the end of a body is mostly that body.
        if self._in_head and not self._turned:
            self._head_bytes += len(data)
            if self._head_bytes > self.patience.head_bytes:
                self.leave(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        # The scope is made in `_open`, where there is one.
        self.url, self.expect_100_continue, self.headers = b"", False, []

    def on_headers_complete(self) -> None:
        self.idle.pop(self, None)
        self._in_head, self._in_body = False, True
        self._head_bytes = self._received = self._counted = 0
        if self.url in self.direct and self._may_be_whole():
            self._whole = b""
        else:
            self._open()

    def _may_be_whole(self) -> bool:
        parser = self.parser
        return not (
            self._answering()
            or self.flow.write_paused
            or self.expect_100_continue
            or parser.get_method() != b"POST"
            or parser.get_http_version() != "1.1"
            or parser.should_upgrade()
            or len(self.headers) > self.patience.headers
            or not _PACKED.isdisjoint([name for name, _ in self.headers])
        )

    def _open(self) -> None:
        """Let the application have the request."""
        url, expects, headers = self.url, self.expect_100_continue, self.headers
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers += headers
        if len(self.headers) > self.patience.headers:
            self.app = _too_many_headers
        super().on_headers_complete()
        self._stream = self.scope["path"].endswith(self.patience.streams)
        self._deadline = monotonic() + (self.patience.window if self._stream else self.patience.body)

    def on_body(self, body: bytes) -> None:
        self._received += len(body)
        if self._whole is None:
            super().on_body(body)
        else:
            self._whole += body

    def on_message_complete(self) -> None:
        self._turned = True
        self._in_head, self._in_body = True, False
        self._deadline = inf
        if self._whole is None:
            super().on_message_complete()
            return
        body, self._whole = self._whole, None
        request = WholeRequest(self, self.headers, keep_alive=self.parser.should_keep_alive())
        self.cycle = request  # type: ignore[assignment]  # all of it that is used
        self.direct[self.url](request, body)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.app = self.config.loaded_app
        if not (self._in_body or self.pipeline):
            self.idle[self] = None

    def send_400_response(self, msg: str) -> None:
        del msg
        self.leave(HTTPStatus.BAD_REQUEST)

    def shutdown(self) -> None:
        super().shutdown()
        if self._in_body and self._stream and self._answering():
            # A stream may go on for ever. The application is told that it has ended; what it has taken it answers.
            self.cycle.more_body = False
            self.cycle.message_event.set()

    def look(self, now: float) -> None:
        """Cut off whoever has used up the patience."""
        if now >= self._deadline:
            if self._in_body and self._stream and self._goes_on():
                self._counted, self._deadline = self._received, now + self.patience.window
            elif self._in_head and self._answering():
                # The next request has begun while this one is answered; first things first.
                self._deadline = now + self.patience.head
            else:
                self.leave(HTTPStatus.REQUEST_TIMEOUT)
        elif self.flow.write_paused:
            self._look_at_reader(now)

    def _answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _goes_on(self) -> bool:
        # Where reading is paused it is the application that waits: for room, or for its client to read.
        return self.flow.read_paused or self._received - self._counted >= self.patience.trickle

    def _look_at_reader(self, now: float) -> None:
        waiting = self.transport.get_write_buffer_size()
        if waiting != self._unread[0]:
            self._unread = waiting, now + self.patience.unread
        elif now >= self._unread[1]:
            self.transport.abort()

    def leave(self, status: HTTPStatus) -> None:
        """Say why, where an answer has not begun, and close. The application, if it runs, sees a client that left."""
        self._deadline = inf
        self.idle.pop(self, None)
        answering = self._answering()
        if answering:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.transport.is_closing():
            return
        if not (answering and self.cycle.response_started):
            self.transport.write(_raw(status))
        self.transport.close()


def patient(patience: Patience, direct: Mapping[bytes, Direct] = PatientProtocol.direct) -> type[PatientProtocol]:
    return type("Patient", (PatientProtocol,), {"patience": patience, "idle": {}, "direct": direct})


def look_at(connections: Iterable[object]) -> None:
    now = monotonic()
    for each in list(connections):
        if isinstance(each, PatientProtocol):
            each.look(now)


_AGAIN_SECONDS: Final = 5
_PACKED: Final = frozenset({b"content-encoding", b"transfer-encoding"})


def _body(status: HTTPStatus) -> bytes:
    return b'{"type":"about:blank","title":"%s","status":%d}' % (status.phrase.encode(), status)


def _raw(status: HTTPStatus) -> bytes:
    body = _body(status)
    again = b"retry-after: %d\r\n" % _AGAIN_SECONDS if status is HTTPStatus.SERVICE_UNAVAILABLE else b""
    return (
        b"HTTP/1.1 %d %s\r\ncontent-type: application/problem+json\r\ncontent-length: %d\r\n%sconnection: close\r\n\r\n%s"
        % (status, status.phrase.encode(), len(body), again, body)
    )


async def _too_many_headers(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    body = _body(status)
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})
