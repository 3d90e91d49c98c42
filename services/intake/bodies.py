"""Reading request bodies whose size and packing cannot be trusted."""

import zlib
from collections.abc import AsyncIterator, Iterator

from starlette.types import Receive, Scope

from services.intake.asgi import header
from services.intake.problems import Refused

MAX_FORM_BYTES = 256 << 10
MAX_BODIES_BYTES = 64 << 20
_PIECE = 64 << 10
_GZIP = 16 + zlib.MAX_WBITS
_UNSUSPICIOUS = 1 << 20
_MOST_GROWTH = 200
"""Forms pack twenty to one, the same form over and over a hundred to one, and zeros a thousand to one."""


class Disconnected(Exception):
    """The client is gone; there is nobody to answer."""


class BodyRoom:
    """What bodies may take up in memory while they are read, all of them together."""

    def __init__(self, most: int = MAX_BODIES_BYTES) -> None:
        self._left = most

    def take(self, size: int) -> None:
        """Raises Refused `overloaded`."""
        if size > self._left:
            raise Refused("overloaded")
        self._left -= size

    def give_back(self, size: int) -> None:
        self._left += size


async def read_form(scope: Scope, receive: Receive, room: BodyRoom | None = None) -> bytes:
    """The whole body, unpacked. Raises Refused or Disconnected."""
    if _announced(scope) > MAX_FORM_BYTES:
        raise Refused("too-large")
    room = room or BodyRoom()
    parts: list[bytes] = []
    size = 0
    try:
        async for piece in unpacked(scope, receive):
            if size + len(piece) > MAX_FORM_BYTES:
                raise Refused("too-large")
            room.take(len(piece))
            size += len(piece)
            parts.append(piece)
    finally:
        room.give_back(size)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _announced(scope: Scope) -> int:
    """0 where no length is given: then it is seen while it is read."""
    text = header(scope, b"content-length")
    return int(text) if text.isascii() and text.isdigit() else 0


async def unpacked(scope: Scope, receive: Receive) -> AsyncIterator[bytes]:
    """The body in pieces as they arrive. Raises Refused or Disconnected."""
    encoding = header(scope, b"content-encoding").strip().lower()
    if encoding not in {"", "identity", "gzip"}:
        raise Refused("content-encoding")
    unzip = Unzip() if encoding == "gzip" else None
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        if unzip is None:
            if body:
                yield body
        else:
            for piece in unzip.feed(body):
                yield piece
    if unzip is not None:
        unzip.end()


class Unzip:
    """Unpacks gzip in pieces of at most 64 KiB: a small body cannot become a large one in memory."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP)
        self._begun = False
        self._packed = self._unpacked = 0

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """Raises Refused `bad-encoding` or `compression-bomb`."""
        self._packed += len(packed)
        while packed:
            if self._stream.eof:
                self._stream = zlib.decompressobj(_GZIP)
            self._begun = True
            try:
                piece = self._stream.decompress(packed, _PIECE)
            except zlib.error:
                raise Refused("bad-encoding") from None
            self._unpacked += len(piece)
            if self._unpacked > max(_UNSUSPICIOUS, _MOST_GROWTH * self._packed):
                raise Refused("compression-bomb")
            # A file of several members goes on after the end of one.
            packed = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            if piece:
                yield piece
            elif not packed:
                return

    def end(self) -> None:
        """Raises Refused `bad-encoding` where the last member was cut off."""
        if not (self._begun and self._stream.eof):
            raise Refused("bad-encoding")


class Lines:
    """Cuts pieces into lines without keeping more than one form's worth of an unfinished one."""

    def __init__(self) -> None:
        self._begun: list[bytes] = []
        self._size = 0

    def feed(self, piece: bytes) -> Iterator[bytes | None]:
        """Each line that is now complete, without its line feed; None for one that is too large."""
        *ends, rest = piece.split(b"\n")
        for end in ends:
            if self._size:
                self._add(end)
                yield self._take()
            else:
                yield end if len(end) <= MAX_FORM_BYTES else None
        self._add(rest)

    def end(self) -> Iterator[bytes | None]:
        """The last line, where it has no line feed."""
        if self._size:
            yield self._take()

    def _add(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > MAX_FORM_BYTES:
            self._begun.clear()
        elif part:
            self._begun.append(part)

    def _take(self) -> bytes | None:
        line = None if self._size > MAX_FORM_BYTES else b"".join(self._begun)
        self._begun.clear()
        self._size = 0
        return line
