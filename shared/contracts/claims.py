"""Claim changes in a block from validator to deduplicator: fixed-width rows, then the facts they carry.

row     operation (1), person (16), claimant (16), added: received at (8) and submission (16), facts (1)
fact    place (8), traits (4)
"""

import struct
from collections.abc import Iterable, Iterator

from shared.domain.claims import Added, ClaimChange, Operation
from shared.domain.facts import Fact

CHANGES = 1

_COUNT = struct.Struct(">I")
_ROW = struct.Struct(">B16s16sq16sB")
_FACT = struct.Struct(">QI")
_OPERATIONS = {int(operation): operation for operation in Operation}


def encode_changes(changes: Iterable[ClaimChange]) -> bytes:
    rows: list[bytes] = []
    facts: list[bytes] = []
    for change in changes:
        rows.append(
            _ROW.pack(
                change.operation,
                change.person,
                change.claimant,
                change.added.received_at,
                change.added.submission,
                len(change.facts),
            )
        )
        facts.append(encode_facts(change.facts))
    return _COUNT.pack(len(rows)) + b"".join(rows) + b"".join(facts) if rows else b""


def decode_changes(payload: bytes) -> Iterator[ClaimChange]:
    (count,) = _COUNT.unpack_from(payload)
    at = _COUNT.size + count * _ROW.size
    for operation, person, claimant, received_at, submission, n_facts in _ROW.iter_unpack(payload[_COUNT.size : at]):
        end = at + n_facts * _FACT.size
        yield ClaimChange(
            _OPERATIONS[operation], person, claimant, Added(received_at, submission), decode_facts(payload[at:end])
        )
        at = end


def encode_facts(facts: Iterable[Fact]) -> bytes:
    return b"".join(_FACT.pack(fact.place, fact.traits) for fact in facts)


def decode_facts(packed: bytes) -> tuple[Fact, ...]:
    return tuple(Fact(place, traits) for place, traits in _FACT.iter_unpack(packed))
