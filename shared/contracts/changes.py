"""Count changes in a block from deduplicator to aggregator: rows that numpy reads as they are.

row           place (8), traits (4), day, days since 1970-01-01 in WIB (2), sign (1)
agency row    agency code, padded with NUL (32), traits (1), day (2), sign (1)
"""

import struct
from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt

from shared.contracts.claims import FACT_BYTES, Row, facts_of, received_at_of
from shared.contracts.orders import AGENCY_BYTES
from shared.domain.census import day_number
from shared.domain.claims import Delta
from shared.domain.memberships import AgencyFact

DELTAS = 1
AGENCY_DELTAS = 2

DELTA_ROW = np.dtype([("place", ">u8"), ("traits", ">u4"), ("day", ">u2"), ("sign", "i1")])
AGENCY_ROW = np.dtype([("agency", f"S{AGENCY_BYTES}"), ("traits", "u1"), ("day", ">u2"), ("sign", "i1")])
_ROW = struct.Struct(">QIHb")
_TAIL = struct.Struct(">Hb")
_AGENCY_ROW = struct.Struct(f">{AGENCY_BYTES}sBHb")


def encode_deltas(deltas: Iterable[Delta]) -> bytes:
    return b"".join(_ROW.pack(delta.fact.place, delta.fact.traits, delta.day, delta.sign) for delta in deltas)


def pack_added(row: Row) -> bytes:
    """What a claim adds where it counts, straight from its row: the same bytes as `encode_deltas` makes of it."""
    facts, tail = facts_of(row), _added_on(day_number(received_at_of(row)))
    if len(facts) == FACT_BYTES:
        return facts + tail
    return b"".join([facts[at : at + FACT_BYTES] + tail for at in range(0, len(facts), FACT_BYTES)])


@cache
def _added_on(day: int) -> bytes:
    return _TAIL.pack(day, 1)


def decode_deltas(payload: bytes) -> npt.NDArray[np.void]:
    return np.frombuffer(payload, DELTA_ROW)


def encode_agency_deltas(deltas: Iterable[tuple[AgencyFact, int]]) -> bytes:
    return b"".join(_AGENCY_ROW.pack(fact.agency.encode("ascii"), fact.traits, fact.day, sign) for fact, sign in deltas)


def decode_agency_deltas(payload: bytes) -> npt.NDArray[np.void]:
    return np.frombuffer(payload, AGENCY_ROW)
