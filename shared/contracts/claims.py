"""Claim changes in a block from validator to deduplicator: fixed-width rows, then the facts they carry.

row     operation (1), person (16), claimant (16), added: received at (8) and submission (16), facts (1)
fact    place (8), traits (4)

Nearly every change is a claim that begins. Those are written and read without an object for each: the validator gives a
`ChangesWriter` what is packed already, and the deduplicator takes rows as they are (`decode_rows`).
"""

import struct
from collections.abc import Iterable, Iterator, Sequence

from shared.domain.claims import Added, ClaimChange, Operation
from shared.domain.facts import Fact

CHANGES = 1

_COUNT = struct.Struct(">I")
_ROW = struct.Struct(">B16s16sq16sB")
_BEGINNING = struct.Struct(">16sq16s")
_FACT = struct.Struct(">QI")
_OPERATIONS = {int(operation): operation for operation in Operation}
_CLAIM = bytes((Operation.CLAIM,))
_BYTES = tuple(bytes((number,)) for number in range(256))
_KEY_END = 17
_FACTS_AT = 1 + _BEGINNING.size + 1
FACT_BYTES = _FACT.size

Row = bytes
"""A change without its person: operation, claimant, added, count of facts, facts."""


class ChangesWriter:
    __slots__ = ("_facts", "_rows")

    def __init__(self) -> None:
        self._rows: list[bytes] = []
        self._facts: list[bytes] = []

    def add(self, change: ClaimChange) -> None:
        self._rows.append(
            _ROW.pack(
                change.operation,
                change.person,
                change.claimant,
                change.added.received_at,
                change.added.submission,
                len(change.facts),
            )
        )
        self._facts.append(encode_facts(change.facts))

    def claim(self, person: bytes, beginning: bytes, facts: Sequence[Fact]) -> None:
        """A claim that begins as `pack_beginning` says; the same bytes as `add` makes of it."""
        self._rows.append(_CLAIM + person + beginning + _BYTES[len(facts)])
        self._facts.append(_FACT.pack(*facts[0]) if len(facts) == 1 else encode_facts(facts))

    def encode(self) -> bytes:
        return _COUNT.pack(len(self._rows)) + b"".join(self._rows) + b"".join(self._facts) if self._rows else b""


def pack_beginning(claimant: bytes, added: Added) -> bytes:
    return _BEGINNING.pack(claimant, added.received_at, added.submission)


def encode_changes(changes: Iterable[ClaimChange]) -> bytes:
    writer = ChangesWriter()
    for change in changes:
        writer.add(change)
    return writer.encode()


def decode_changes(payload: bytes) -> Iterator[ClaimChange]:
    for person, row in decode_rows(payload):
        yield change_of(person, row)


def decode_rows(payload: bytes) -> Iterator[tuple[bytes, Row]]:
    """Person and row of each change."""
    (count,) = _COUNT.unpack_from(payload)
    size, width = _ROW.size, _FACT.size
    facts = _COUNT.size + count * size
    for start in range(_COUNT.size, facts, size):
        end = start + size
        after = facts + payload[end - 1] * width
        yield (
            payload[start + 1 : start + _KEY_END],
            payload[start : start + 1] + payload[start + _KEY_END : end] + payload[facts:after],
        )
        facts = after


def change_of(person: bytes, row: Row) -> ClaimChange:
    claimant, received_at, submission = _BEGINNING.unpack_from(row, 1)
    return ClaimChange(
        _OPERATIONS[row[0]], person, claimant, Added(received_at, submission), decode_facts(facts_of(row))
    )


def received_at_of(row: Row) -> int:
    """When the claim began, or ended."""
    return int.from_bytes(row[_KEY_END : _KEY_END + 8], "big", signed=True)


def facts_of(row: Row) -> bytes:
    return row[_FACTS_AT:]


def encode_facts(facts: Iterable[Fact]) -> bytes:
    return b"".join([_FACT.pack(*fact) for fact in facts])


def decode_facts(packed: bytes) -> tuple[Fact, ...]:
    return tuple(Fact(place, traits) for place, traits in _FACT.iter_unpack(packed))
