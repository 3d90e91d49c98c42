"""Sealing drafts so that neither MongoDB nor this service alone can open them.

A draft's name is what its family can say and nobody stores: the caller makes it from the code and the PIN. Id and key
are both derived from it, so who has the database and the secrets of the service still cannot find the key, and who has a
name finds one draft. Callers seal what they send with a key of their own as well.
"""

import hmac
import os
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.intake.drafts.store import DraftStore

DAYS: Final = 30
_NONCE_BYTES: Final = 12


class DraftSafe:
    """`secret`: of the service; without it a copy of the database cannot be searched by guessing names."""

    def __init__(self, store: DraftStore, secret: bytes) -> None:
        self._store = store
        self._secret = hmac.digest(secret, b"drafts 1", "sha256")

    async def put(self, owner: bytes, name: str, draft: bytes, now: int) -> datetime:
        """Replaces what was there. Returns when it expires. `now`: microseconds since 1970-01-01 UTC."""
        nonce, key = os.urandom(_NONCE_BYTES), self._derived(b"id:", owner, name)
        expires_at = _moment(now) + timedelta(days=DAYS)
        await self._store.put(key, nonce + self._cipher(owner, name).encrypt(nonce, draft, key), expires_at)
        return expires_at

    async def get(self, owner: bytes, name: str, now: int) -> bytes | None:
        key = self._derived(b"id:", owner, name)
        sealed = await self._store.get(key, _moment(now))
        if sealed is None:
            return None
        try:
            return self._cipher(owner, name).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], key)
        except InvalidTag:
            # Sealed under another secret of the service, or changed: nobody can open it any more.
            return None

    async def delete(self, owner: bytes, name: str) -> None:
        await self._store.delete(self._derived(b"id:", owner, name))

    def _cipher(self, owner: bytes, name: str) -> AESGCM:
        return AESGCM(self._derived(b"key:", owner, name))

    def _derived(self, purpose: bytes, owner: bytes, name: str) -> bytes:
        return hmac.digest(self._secret, purpose + owner + name.encode("ascii"), "sha256")


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
