"""Changed states as bytes, in an entry."""

import struct
from collections.abc import Iterator, Mapping

_ITEM = struct.Struct(">HI")


def pack_states(states: Mapping[bytes, bytes]) -> bytes:
    parts: list[bytes] = []
    for key, state in states.items():
        parts += (_ITEM.pack(len(key), len(state)), key, state)
    return b"".join(parts)


def unpack_states(packed: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(packed):
        key_length, state_length = _ITEM.unpack_from(packed, at)
        key_end = at + _ITEM.size + key_length
        yield packed[at + _ITEM.size : key_end], packed[key_end : key_end + state_length]
        at = key_end + state_length
