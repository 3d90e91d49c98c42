"""A block: all that one entry of one source partition has for one target partition, as one record.

offset  bytes
0       3      "CCB"
3       1      layout, 1
4       2      source partition
6       8      number of the source's entry
14      32     chain value of the entry before
46      32     chain value of the entry
78      2      count of positions, then per position: partition (2), offset below which all is in (8)
...     ...    body, of which only the two folds at its ends know the meaning; empty in a block that only says
               how far its source is
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from shared.ledger.entry import Entry, pairs

_HEAD = struct.Struct(">3sBHQ32s32sH")
_POSITION = struct.Struct(">HQ")
_MAGIC = b"CCB"
_LAYOUT = 1


class BlockError(Exception):
    """Not a block, or not one that this reader knows."""


@dataclass(frozen=True, slots=True)
class Block:
    source: int
    number: int
    previous: bytes
    chain: bytes
    up_to: Mapping[int, int]
    body: bytes


def encode_blocks(entry: Entry) -> list[bytes]:
    """One block per target partition, in order; the same bytes whenever they are made."""
    head = _HEAD.pack(
        _MAGIC, _LAYOUT, entry.partition, entry.number, entry.previous, entry.chain, len(entry.up_to)
    ) + b"".join(_POSITION.pack(*pair) for pair in pairs(entry.up_to))
    return [head + body for body in entry.outputs]


def decode_block(value: bytes) -> Block:
    """Raises BlockError."""
    try:
        magic, layout, source, number, previous, chain, count = _HEAD.unpack_from(value)
        end = _HEAD.size + count * _POSITION.size
        if magic != _MAGIC or layout != _LAYOUT or len(value) < end:
            raise BlockError("not a block of a layout that is known here")
        up_to = dict(_POSITION.iter_unpack(value[_HEAD.size : end]))
    except struct.error:
        raise BlockError("too short for a block") from None
    return Block(source, number, previous, chain, up_to, value[end:])
