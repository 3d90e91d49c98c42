"""Sealing for one reader: whoever has the public half can seal, and only the holder of the secret can open.

X25519 with a key made for the one box, HKDF-SHA256 over both public halves, AES-256-GCM. The box begins with the public
half of its own key. The key of a box is used once, so its nonce may be zero.
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES: Final = 32
_NONCE: Final = bytes(12)
_PURPOSE: Final = b"cacah sealed box 1"


class BoxError(ValueError):
    """It was sealed for another key, or it is not what was sealed."""


def public_half(secret: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def seal_for(public: bytes, value: bytes) -> bytes:
    """Raises ValueError for what is no public half."""
    own = X25519PrivateKey.generate()
    half = own.public_key().public_bytes_raw()
    key = _key(own.exchange(X25519PublicKey.from_public_bytes(public)), half, public)
    return half + AESGCM(key).encrypt(_NONCE, value, None)


def open_box(secret: bytes, box: bytes) -> bytes:
    """Raises BoxError."""
    half, sealed = box[:_KEY_BYTES], box[_KEY_BYTES:]
    own = X25519PrivateKey.from_private_bytes(secret)
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(half))
        return AESGCM(_key(shared, half, own.public_key().public_bytes_raw())).decrypt(_NONCE, sealed, None)
    except (InvalidTag, ValueError):
        raise BoxError("it was sealed for another key, or it is damaged") from None


def _key(shared: bytes, half: bytes, public: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, None, _PURPOSE + half + public).derive(shared)
