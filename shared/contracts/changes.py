"""Count changes in a block from deduplicator to aggregator: rows that numpy reads as they are.

row     place (8), traits (4), day, days since 1970-01-01 in WIB (2), sign (1)
"""

import struct
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from shared.domain.claims import Delta

DELTAS = 1

DELTA_ROW = np.dtype([("place", ">u8"), ("traits", ">u4"), ("day", ">u2"), ("sign", "i1")])
_ROW = struct.Struct(">QIHb")


def encode_deltas(deltas: Iterable[Delta]) -> bytes:
    return b"".join(_ROW.pack(delta.fact.place, delta.fact.traits, delta.day, delta.sign) for delta in deltas)


def decode_deltas(payload: bytes) -> npt.NDArray[np.void]:
    return np.frombuffer(payload, DELTA_ROW)
