"""The record of the submission log: a head in clear that says nothing of the answers, and a sealed payload.

The log is permanent. This layout is therefore closed: a new need is met by a new `kind`, `codec` or key id, or by an
additive field inside the sealed payload; a reader of any age can read a log of any age.

    offset  bytes
    0       3      "CCH"
    3       1      layout, 1
    4       1      kind
    5       1      codec: how the payload was packed before it was sealed
    6       16     key id, ASCII, padded with NUL
    22      8      received at, microseconds since 1970-01-01 UTC
    30      4      revision
    34      16     submission (or event) id
    50      16     subject: household, agency or person key
    66      16     lineage
    82      16     sender: partner or operator, zero for the public
    98      32     content hash
    130     12     nonce
    142     ...    AES-256-GCM of the packed payload, its tag last; the 142 bytes before it are authenticated
"""

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_HEAD = struct.Struct(">3sBBB16sqI16s16s16s16s32s12s")
_MAGIC = b"CCH"
_LAYOUT = 1
_TAG_BYTES = 16
HEAD_BYTES = _HEAD.size
NOBODY = bytes(16)


class Kind(IntEnum):
    SUBMISSION = 1
    WITHDRAWAL = 2
    ROSTER = 3
    DECISION = 4
    CALENDAR = 5


class Codec(IntEnum):
    JSON = 0
    """Canonical JSON as it is."""
    ZSTD_JSON = 1
    """Canonical JSON, zstd; the frame names its dictionary."""


class EnvelopeError(Exception):
    """A record of the log that cannot be read. `code` is stable; the message never holds the payload."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Head:
    kind: Kind
    codec: Codec
    key_id: str
    received_at: int
    revision: int
    id: bytes
    subject: bytes
    lineage: bytes
    sender: bytes
    content_hash: bytes


class Sealer:
    """Seals and opens records. Reuses one cipher context per key: setting one up costs more than a small record.

    Args:
        keys: AES-256 keys by key id (ASCII, 16 bytes at most).
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}

    def seal(self, head: Head, packed: bytes) -> bytes:
        """Raises EnvelopeError `unknown-key` where the head names a key that is not held."""
        cipher = self._cipher(head.key_id)
        nonce = os.urandom(12)
        clear = _HEAD.pack(
            _MAGIC,
            _LAYOUT,
            head.kind,
            head.codec,
            head.key_id.encode("ascii"),
            head.received_at,
            head.revision,
            head.id,
            head.subject,
            head.lineage,
            head.sender,
            head.content_hash,
            nonce,
        )
        return clear + cipher.encrypt(nonce, packed, clear)

    def open(self, record: bytes) -> tuple[Head, bytes]:
        """Head and packed payload. Raises EnvelopeError: `not-a-record`, `unknown-layout`, `unknown-kind`,
        `unknown-codec`, `unknown-key` or `seal-broken`."""
        head, nonce = read_head(record)
        try:
            packed = self._cipher(head.key_id).decrypt(nonce, record[HEAD_BYTES:], record[:HEAD_BYTES])
        except InvalidTag:
            raise EnvelopeError("seal-broken", "the payload does not match its seal") from None
        return head, packed

    def _cipher(self, key_id: str) -> AESGCM:
        try:
            return self._ciphers[key_id]
        except KeyError:
            raise EnvelopeError("unknown-key", f"no payload key {key_id!r}") from None


def read_head(record: bytes) -> tuple[Head, bytes]:
    """Head and nonce, without any key: what a tool may see that must not see answers."""
    if len(record) < HEAD_BYTES + _TAG_BYTES or record[:3] != _MAGIC:
        raise EnvelopeError("not-a-record", "not a record of the submission log")
    (_, layout, kind, codec, key_id, received_at, revision, *keys, nonce) = _HEAD.unpack_from(record)
    if layout != _LAYOUT:
        raise EnvelopeError("unknown-layout", f"layout {layout} is newer than this reader")
    if kind not in _KINDS:
        raise EnvelopeError("unknown-kind", f"kind {kind} is not known to this reader")
    if codec not in _CODECS:
        raise EnvelopeError("unknown-codec", f"codec {codec} is not known to this reader")
    submission, subject, lineage, sender, content = keys
    try:
        named = key_id.rstrip(b"\0").decode("ascii")
    except UnicodeDecodeError:
        raise EnvelopeError("unknown-key", "the key id is not ASCII") from None
    return (
        Head(
            _KINDS[kind],
            _CODECS[codec],
            named,
            received_at,
            revision,
            submission,
            subject,
            lineage,
            sender,
            content,
        ),
        nonce,
    )


# A dictionary look-up; calling the enum class costs ten times as much for every record.
_KINDS = {int(kind): kind for kind in Kind}
_CODECS = {int(codec): codec for codec in Codec}
