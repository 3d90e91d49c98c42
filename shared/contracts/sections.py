"""A block's body is a row of sections, each with a tag and a length: a new kind of content is a new tag."""

import struct
from collections.abc import Iterator

_SECTION = struct.Struct(">BI")


def section(tag: int, payload: bytes) -> bytes:
    """Empty where there is nothing to say, so that an empty body stays empty."""
    return _SECTION.pack(tag, len(payload)) + payload if payload else b""


def sections(body: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(body):
        tag, length = _SECTION.unpack_from(body, at)
        at += _SECTION.size
        yield tag, body[at : at + length]
        at += length
