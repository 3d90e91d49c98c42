"""Requests that came in one piece, answered without ASGI.

ASGI gives every request a task, a scope, an event and four messages: more than a small route's work. A route that is
asked that often may be handed the request itself, once its body is here. What comes in pieces, packed, with a query or
before the answer to an earlier request goes to the application, which answers the same.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

if TYPE_CHECKING:
    from shared.web.patience import PatientProtocol

_CLOSE: Final = b"connection: close\r\n"


class _Unwaited:
    """An event that nobody waits for."""

    def set(self) -> None:
        """It has happened."""


_UNWAITED: Final = _Unwaited()


class WholeRequest:
    """To uvicorn's protocol it is what a request under way is there.

    `headers`: names in lower case. `client`: address and port.
    """

    __slots__ = (
        "client",
        "disconnected",
        "headers",
        "keep_alive",
        "message_event",
        "protocol",
        "response_complete",
        "response_started",
    )

    def __init__(self, protocol: "PatientProtocol", headers: list[tuple[bytes, bytes]], *, keep_alive: bool) -> None:
        self.protocol = protocol
        self.headers = headers
        self.client = protocol.client
        self.keep_alive = keep_alive
        self.disconnected = self.response_started = self.response_complete = False
        self.message_event = _UNWAITED

    def answer(self, status: int, fields: bytes, body: bytes) -> None:
        """Once, now or later. `fields`: header fields, each with its line end; among them the body's length."""
        if self.disconnected:
            return
        self.response_started = self.response_complete = True
        transport, always = self.protocol.transport, self.protocol.server_state.default_headers
        close = b"" if self.keep_alive else _CLOSE
        transport.write(b"".join((STATUS_LINE[status], lines(always), fields, close, b"\r\n", body)))
        if not self.keep_alive:
            transport.close()
        self.protocol.on_response_complete()


Direct = Callable[[WholeRequest, bytes], None]
"""Answers a request whose body is given. Must not block, and not raise."""


def lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """As header fields."""
    return b"".join([b"%b: %b\r\n" % each for each in headers])
