"""One request whose answer is read while its body is still being written: what a batch of any length needs.

HTTP libraries write a body whole before they read. With a server that answers line by line, and stops reading when a
thousand answers wait, both would wait for each other for ever. So here is the little of HTTP/1.1 that it takes, on a
socket that never blocks, in the caller's own thread.
"""

import json
import select
import socket
import ssl
import time
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import h11

_PIECE = 1 << 16
_CLOGGED = 1 << 18
_ERROR_BYTES = 1 << 20


class CutOffError(Exception):
    """The connection ended, or nothing came in time; what was not answered is to be sent again."""


class StatusError(Exception):
    """The request as a whole was not taken."""

    def __init__(self, status: int, retry_after: str | None, body: bytes) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.retry_after = retry_after
        self.body = body


class Duplex:
    """
    Args:
        url: where to post lines to.
        silence: seconds after which a server that neither reads nor answers is given up.

    Everything raises CutOffError.
    """

    def __init__(self, url: str, headers: dict[str, str], *, connect: float, silence: float) -> None:
        self._silence = silence
        parts = urlsplit(url)
        self._connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=_ERROR_BYTES)
        try:
            self._socket = _connect(parts.scheme, parts.hostname or "", parts.port, connect)
        except OSError as problem:
            raise CutOffError(f"nobody answers: {problem}") from problem
        self._body = bytearray()
        self._out = bytearray()
        self._lines = bytearray()
        self._status = 0
        self._retry_after: str | None = None
        self._ended = False
        request = {"host": parts.netloc, "transfer-encoding": "chunked", "accept-encoding": "identity", **headers}
        self._write(h11.Request(method="POST", target=parts.path, headers=list(request.items())))

    @property
    def clogged(self) -> bool:
        """Whether so much waits to be written that more would only pile up here."""
        return len(self._out) + len(self._body) >= _CLOGGED

    def send(self, line: bytes) -> None:
        """It leaves with the next look at answers, together with the lines beside it."""
        self._body += line + b"\n"

    def finish(self) -> None:
        """There will be no further line."""
        if self._connection.our_state is h11.SEND_BODY:
            self._write_body()
            self._write(h11.EndOfMessage())

    def answers(self, *, wait: bool) -> list[dict[str, Any]]:
        """Those that have come, in order. `wait`: until there is at least one. Raises StatusError."""
        deadline = time.monotonic() + self._silence
        self._write_body()
        while True:
            moved = self._flush()
            moved = self._read() or moved
            found = self._cut()
            if found or not wait:
                return found
            if self._ended:
                raise CutOffError("the answer ended early")
            if moved:
                deadline = time.monotonic() + self._silence
            elif time.monotonic() > deadline:
                raise CutOffError("the server is silent")
            else:
                select.select([self._socket], [self._socket] if self._out else [], [], 1.0)

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write_body(self) -> None:
        if self._body:
            self._write(h11.Data(data=bytes(self._body)))
            self._body.clear()

    def _write(self, event: h11.Event) -> None:
        self._out += self._connection.send(event) or b""

    def _flush(self) -> bool:
        moved = False
        while self._out:
            try:
                sent = self._socket.send(self._out[:_PIECE])
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return moved
            except OSError:
                # It may have said why before it closed: that is read first.
                self._out.clear()
                return moved
            del self._out[:sent]
            moved = True
        return moved

    def _read(self) -> bool:
        try:
            received = self._socket.recv(_PIECE)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        except OSError as problem:
            raise CutOffError(f"the connection was cut: {problem}") from problem
        try:
            self._connection.receive_data(received)
            while not self._ended:
                event = self._connection.next_event()
                if event is h11.NEED_DATA or event is h11.PAUSED:
                    break
                self._take(event)
        except h11.RemoteProtocolError as problem:
            raise CutOffError(f"the answer broke off: {problem}") from problem
        return True

    def _take(self, event: object) -> None:
        if isinstance(event, h11.Response):
            self._status = event.status_code
            headers = dict(event.headers.raw_items())
            found = next((value for name, value in headers.items() if name.lower() == b"retry-after"), None)
            self._retry_after = None if found is None else found.decode("latin-1")
        elif isinstance(event, h11.Data):
            self._lines += event.data
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            self._ended = True

    def _cut(self) -> list[dict[str, Any]]:
        if self._status not in {0, 200}:
            if self._ended:
                raise StatusError(self._status, self._retry_after, bytes(self._lines))
            return []
        whole, _, rest = bytes(self._lines).rpartition(b"\n")
        self._lines = bytearray(rest)
        return [json.loads(line) for line in whole.splitlines()]


def _connect(scheme: str, host: str, port: int | None, seconds: float) -> socket.socket:
    secure = scheme == "https"
    plain = socket.create_connection((host, port or (443 if secure else 80)), timeout=seconds)
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        found = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
        found.settimeout(0)
    except BaseException:
        plain.close()
        raise
    return found
