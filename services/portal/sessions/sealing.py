"""Sealing of what leaves the portal and comes back: packed, encrypted, bound to its purpose."""

import os
import zlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE: Final = 12
_KEY: Final = 32
_MOST: Final = 1 << 20
"""Bytes of what is unpacked: far above what a form can be."""


class NotSealedHere(Exception):
    """Another key sealed it, or for another purpose, or it was changed on its way."""


class Seal:
    """
    Args:
        secret: whatever its length; it is not used as a key itself.
        purpose: what is sealed for one purpose cannot be opened for another.
    """

    def __init__(self, secret: bytes, purpose: str) -> None:
        self._purpose = purpose.encode()
        self._cipher = AESGCM(HKDF(SHA256(), _KEY, salt=None, info=self._purpose).derive(secret))

    def seal(self, content: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, zlib.compress(content, 9), self._purpose)

    def open(self, sealed: bytes) -> bytes:
        """Raises NotSealedHere."""
        try:
            packed = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._purpose)
        except (InvalidTag, ValueError):
            raise NotSealedHere from None
        # Only what was sealed here comes so far; the limit is for mistakes of our own.
        return zlib.decompressobj().decompress(packed, _MOST)
