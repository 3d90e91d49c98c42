"""What one committed batch is: an entry of a partition's ledger, chained to the one before."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

GENESIS_CHAIN = bytes(32)


class Record(msgspec.Struct, frozen=True, gc=False):
    """One record of an input partition. A struct: there is one for every form, and a frozen dataclass takes five times
    as long to make."""

    offset: int
    value: bytes
    key: bytes | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a reader has taken in one source partition of the stage before it.

    `up_to` maps each partition of the log to the offset below which everything that the source had to say is in.
    """

    number: int = 0
    chain: bytes = GENESIS_CHAIN
    up_to: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something exceptional that a fold has to tell: an event for an outer topic, a document for people, or both.

    `key` is stable: the same notice told twice is one notice, and of several documents with one key the newest stays.
    `event` and `document` are JSON, without personal data; one without an event has no topic.
    """

    topic: str
    key: str
    event: bytes = b""
    collection: str = ""
    document: bytes = b""


@dataclass(frozen=True, slots=True)
class Entry:
    """One batch, counted.

    `first` and `last` are input offsets; `head` is the hash of the record at `last`; `states` holds the changed
    states; `outputs` one block body per target partition; `published` is the newest entry whose outputs were known to
    be published when this one was written.
    """

    partition: int
    number: int
    first: int
    last: int
    head: bytes
    up_to: Mapping[int, int]
    seen: Mapping[int, Seen]
    states: bytes
    outputs: tuple[bytes, ...]
    notices: tuple[Notice, ...]
    published: int
    previous: bytes
    chain: bytes


class Summary(msgspec.Struct, frozen=True, array_like=True):
    """The part of an entry that its chain value is made of. Bodies enter by their hashes, so that what was trimmed
    later can no longer be read but history can still be checked."""

    partition: int
    number: int
    first: int
    last: int
    head: bytes
    up_to: tuple[tuple[int, int], ...]
    seen: tuple[tuple[int, int, bytes, tuple[tuple[int, int], ...]], ...]
    states: bytes
    outputs: tuple[bytes, ...]
    notices: bytes


_encode = msgspec.msgpack.Encoder().encode


def digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def chain_of(previous: bytes, summary: bytes) -> bytes:
    return digest(previous + summary)


def encode_notices(notices: tuple[Notice, ...]) -> bytes:
    return _encode(notices) if notices else b""


def decode_notices(body: bytes) -> tuple[Notice, ...]:
    return msgspec.msgpack.decode(body, type=tuple[Notice, ...]) if body else ()


def pairs(positions: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(positions.items()))


def summarize(
    *,
    partition: int,
    number: int,
    first: int,
    last: int,
    head: bytes,
    up_to: Mapping[int, int],
    seen: Mapping[int, Seen],
    states: bytes,
    outputs: tuple[bytes, ...],
    notices: tuple[Notice, ...],
) -> bytes:
    """The encoded summary of an entry, from which `chain_of` gives its chain value."""
    return _encode(
        Summary(
            partition,
            number,
            first,
            last,
            head,
            pairs(up_to),
            tuple((source, one.number, one.chain, pairs(one.up_to)) for source, one in sorted(seen.items())),
            digest(states),
            tuple(digest(body) for body in outputs),
            digest(encode_notices(notices)),
        )
    )


def summary_of(entry: Entry) -> bytes:
    return summarize(
        partition=entry.partition,
        number=entry.number,
        first=entry.first,
        last=entry.last,
        head=entry.head,
        up_to=entry.up_to,
        seen=entry.seen,
        states=entry.states,
        outputs=entry.outputs,
        notices=entry.notices,
    )
