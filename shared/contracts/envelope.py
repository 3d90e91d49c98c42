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
from enum import IntEnum
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.contracts.packing import Packer, PackingError
from shared.domain.census import received_on

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


class KeyShredded(KeyError):
    """Raised by a mapping of keys: there was such a key, and it was destroyed on purpose."""


class KeyMissing(Exception):
    """A record names the key of its day, and that key is not here.

    It was made before the record was, so it is somewhere. Whoever decides about records must stop: to pass over what
    can be opened elsewhere, or later, would be to lose it.
    """


class DayShredded(KeyMissing):
    """That key was destroyed on purpose: what was counted stays counted, and nobody can count it again."""


class EnvelopeError(Exception):
    """A record of the log that cannot be read. `code` is stable; the message never holds the payload."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Head(msgspec.Struct, frozen=True, gc=False):
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


def day_key_id(received_at: int) -> str:
    """Id of the key that seals what is received on the same day of the census as `received_at`: `d20260901`."""
    return f"d{received_on(received_at):%Y%m%d}"


class Sealer:
    """Packs and seals content, opens and unpacks it. Not for several threads at once.

    Args:
        keys: AES-256 keys by key id (ASCII, 16 bytes at most). Asked when a record names a key for the first time, so
            that it may come to know more of them; the cipher is then kept, for setting one up costs more than a record.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = keys
        self._ciphers: dict[str, AESGCM] = {}
        self._packer = Packer()

    def seal(self, head: Head, content: bytes) -> bytes:
        """Packed as the head's codec says. Raises EnvelopeError where the head names a key that is not held."""
        cipher = self._cipher(head)
        packed = self._packer.pack(content) if head.codec is Codec.ZSTD_JSON else content
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
        """Head and content.

        Raises:
            EnvelopeError: `not-a-record`, `unknown-layout`, `unknown-kind`, `unknown-codec`, `unknown-key`,
                `seal-broken`, `packing-broken` or `unknown-dictionary`.
            KeyMissing: it can be opened, but not here; DayShredded: nor anywhere else.
        """
        head, nonce = read_head(record)
        try:
            packed = self._cipher(head).decrypt(nonce, record[HEAD_BYTES:], record[:HEAD_BYTES])
            return head, self._packer.unpack(packed) if head.codec is Codec.ZSTD_JSON else packed
        except InvalidTag:
            raise EnvelopeError("seal-broken", "the payload does not match its seal") from None
        except PackingError as problem:
            raise EnvelopeError(problem.code, str(problem)) from None

    def _cipher(self, head: Head) -> AESGCM:
        cipher = self._ciphers.get(head.key_id)
        return self._learn(head) if cipher is None else cipher

    def _learn(self, head: Head) -> AESGCM:
        try:
            cipher = AESGCM(self._keys[head.key_id])
        except KeyError as problem:
            # Nothing vouches for a head whose seal cannot be tried: one that names another day's key is garbage.
            if not _is_of_its_day(head):
                raise EnvelopeError("unknown-key", f"no payload key {head.key_id!r}") from None
            if isinstance(problem, KeyShredded):
                raise DayShredded(f"the payload key {head.key_id} was shredded: its day cannot be read again") from None
            raise KeyMissing(f"the payload key {head.key_id} is not here; copy it from where intake runs") from None
        self._ciphers[head.key_id] = cipher
        return cipher


def _is_of_its_day(head: Head) -> bool:
    try:
        return head.key_id == day_key_id(head.received_at)
    except (OverflowError, ValueError):
        # Nothing has vouched for the head yet: its moment may be in no calendar.
        return False


def read_head(record: bytes) -> tuple[Head, bytes]:
    """Head and nonce, without any key: what a tool may see that must not see answers."""
    if len(record) < HEAD_BYTES + _TAG_BYTES or record[:3] != _MAGIC:
        raise EnvelopeError("not-a-record", "not a record of the submission log")
    (_, layout, kind, codec, key_id, received_at, revision, submission, subject, lineage, sender, content, nonce) = (
        _HEAD.unpack_from(record)
    )
    if layout != _LAYOUT:
        raise EnvelopeError("unknown-layout", f"layout {layout} is newer than this reader")
    if kind not in _KINDS:
        raise EnvelopeError("unknown-kind", f"kind {kind} is not known to this reader")
    if codec not in _CODECS:
        raise EnvelopeError("unknown-codec", f"codec {codec} is not known to this reader")
    return (
        Head(
            _KINDS[kind],
            _CODECS[codec],
            _named(key_id),
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


@lru_cache(maxsize=64)
def _named(key_id: bytes) -> str:
    """One for each day. Raises EnvelopeError."""
    try:
        return key_id.rstrip(b"\0").decode("ascii")
    except UnicodeDecodeError:
        raise EnvelopeError("unknown-key", "the key id is not ASCII") from None


# A dictionary look-up; calling the enum class costs ten times as much for every record.
_KINDS = {int(kind): kind for kind in Kind}
_CODECS = {int(codec): codec for codec in Codec}
