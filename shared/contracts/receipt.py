"""A receipt: where in the log a form is, when it came and what was in it, signed. It tells nothing of the answers.

The receipts of one window share one signature over the root of a Merkle tree, and each carries its path, so that it
can be verified alone, without the log and without us. As text it is base64url without padding.

    offset  bytes
    0       3      `cch1` as base64url
    3       8      key id: the first bytes of SHA-256 of the public key
    11      16     topic id, as Kafka gives it to a topic for as long as it lives
    27      2      partition
    29      8      offset
    37      8      received at, microseconds since 1970-01-01 UTC
    45      32     content hash
    77      1      place in the window
    78      1      receipts in the window
    79      32 n   path, from the leaf upwards
    ...     64     Ed25519 over "cacah receipt 1", key id, receipts in the window, root
"""

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.contracts.merkle import HASH_BYTES, leaf_hash, root_and_paths, root_of

MAX_WINDOW = 64
"""Receipts under one signature: six hashes of path at most, so that a receipt still fits a QR code of fair size."""

_MARK = base64.urlsafe_b64decode(b"cch1")
_LEAF = struct.Struct(">8s16sHQq32s")
_PLACE = struct.Struct("BB")
_KEY_ID_BYTES = 8
_SIGNATURE_BYTES = 64
_SIGNED = b"cacah receipt 1"
_LONGEST = len(_MARK) + _LEAF.size + _PLACE.size + 6 * HASH_BYTES + _SIGNATURE_BYTES
_TEXT = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


class ReceiptError(ValueError):
    """Not a receipt that can be trusted. `code`: `receipt-malformed`, `receipt-unknown-key` or `receipt-forged`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Statement(msgspec.Struct, frozen=True, gc=False):
    """What a receipt says. `received_at`: microseconds since 1970-01-01 UTC."""

    topic_id: bytes
    partition: int
    offset: int
    received_at: int
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class Verified:
    """A receipt whose signature holds. `window`: how many receipts share it."""

    statement: Statement
    key_id: str
    window: int


class ReceiptSigner:
    """`secret`: the 32 bytes of an Ed25519 private key."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self._key_id = key_id_of(self._key.public_key().public_bytes_raw())

    def sign(self, statements: Sequence[Statement]) -> list[str]:
        """A token for each, in order, with one signature for every `MAX_WINDOW` of them."""
        tokens: list[str] = []
        for at in range(0, len(statements), MAX_WINDOW):
            tokens += self._window(statements[at : at + MAX_WINDOW])
        return tokens

    def _window(self, statements: Sequence[Statement]) -> list[str]:
        bodies = [
            _LEAF.pack(self._key_id, one.topic_id, one.partition, one.offset, one.received_at, one.content_hash)
            for one in statements
        ]
        root, paths = root_and_paths([leaf_hash(body) for body in bodies])
        size = len(bodies)
        signature = self._key.sign(_message(self._key_id, size, root))
        return [
            _as_text(b"".join((_MARK, body, _PLACE.pack(index, size), *path, signature)))
            for index, (body, path) in enumerate(zip(bodies, paths, strict=True))
        ]


class ReceiptVerifier:
    """`keys`: public keys, 32 bytes each, of all times."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {key_id_of(key): Ed25519PublicKey.from_public_bytes(key) for key in keys}

    def verify(self, token: str) -> Verified:
        """Raises ReceiptError."""
        packed = _from_text(token)
        path_end = len(packed) - _SIGNATURE_BYTES
        path_start = len(_MARK) + _LEAF.size + _PLACE.size
        body = packed[len(_MARK) : len(_MARK) + _LEAF.size]
        index, size = _PLACE.unpack_from(packed, path_start - _PLACE.size)
        path = [packed[at : at + HASH_BYTES] for at in range(path_start, path_end, HASH_BYTES)]
        key_id, topic_id, partition, offset, received_at, content_hash = _LEAF.unpack(body)
        key = self._keys.get(key_id)
        if key is None:
            raise ReceiptError("receipt-unknown-key", "signed with a key that is not known here")
        root = root_of(leaf_hash(body), index, size, path)
        if root is None:
            raise ReceiptError("receipt-forged", "the path does not fit the place in the window")
        try:
            key.verify(packed[path_end:], _message(key_id, size, root))
        except InvalidSignature:
            raise ReceiptError("receipt-forged", "the signature does not fit what the receipt says") from None
        return Verified(Statement(topic_id, partition, offset, received_at, content_hash), key_id.hex(), size)


def public_key_of(secret: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def key_id_of(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:_KEY_ID_BYTES]


def key_set(public: Sequence[bytes]) -> dict[str, Any]:
    """The keys as a JSON Web Key Set (RFC 7517, RFC 8037)."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "use": "sig",
                "alg": "EdDSA",
                "kid": key_id_of(key).hex(),
                "x": _as_text(key),
            }
            for key in public
        ]
    }


def read_key_set(document: bytes) -> list[bytes]:
    """The public keys of a key set; keys of other kinds are passed over. Raises ValueError where it is none."""
    try:
        keys = msgspec.json.decode(document, type=_KeySet).keys
    except msgspec.MsgspecError:
        raise ValueError("not a JSON Web Key Set") from None
    found = [_from_base64(key.get("x", "")) for key in keys if key.get("crv") == "Ed25519"]
    if any(len(key) != HASH_BYTES for key in found):
        raise ValueError("a key of the set is not 32 bytes in base64url")
    return found


class _KeySet(msgspec.Struct):
    keys: list[Mapping[str, Any]]


def _message(key_id: bytes, size: int, root: bytes) -> bytes:
    return b"".join((_SIGNED, key_id, bytes((size,)), root))


def _as_text(packed: bytes) -> str:
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def _from_text(token: str) -> bytes:
    packed = _from_base64(token)
    path = len(packed) - len(_MARK) - _LEAF.size - _PLACE.size - _SIGNATURE_BYTES
    fits = packed.startswith(_MARK) and path >= 0 and path % HASH_BYTES == 0 and len(packed) <= _LONGEST
    # One receipt is one text: the last symbol may hold bits that stand for nothing.
    if not fits or _as_text(packed) != token:
        raise ReceiptError("receipt-malformed", "not a receipt, or not all of it")
    return packed


def _from_base64(text: object) -> bytes:
    """Empty where the text is no base64url."""
    if not isinstance(text, str) or not _TEXT.fullmatch(text):
        return b""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""
