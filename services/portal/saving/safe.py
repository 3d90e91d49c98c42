"""Drafts that their family alone can open.

The code names the draft and, with the PIN, makes its key. Whoever keeps the draft has neither: it lies under a hash of
the code, and the code has eighty random bits. So no search through PINs, be they ever so short, finds the key.
"""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, Protocol

import msgspec
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from services.portal.form.draft import Draft
from services.portal.sessions.sealing import NotSealedHere, Seal
from shared.domain import codes

PREFIX: Final = "DRF-"
DAYS: Final = 30
_CODE_BYTES: Final = 10
_PIN: Final = re.compile(r"[0-9]{6,12}")
_PURPOSE: Final = "saved draft 1"
_GUESSES: Final = 10
_GUESS_SECONDS: Final = 15 * 60.0


class Drafts(Protocol):
    """Keeps bytes under names for some days. Every method raises IntakeAway where it cannot."""

    async def put(self, name: str, sealed: bytes) -> None: ...
    async def get(self, name: str) -> bytes | None: ...
    async def delete(self, name: str) -> None: ...


class MemoryDrafts:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, name: str, sealed: bytes) -> None:
        self.kept[name] = sealed

    async def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    async def delete(self, name: str) -> None:
        self.kept.pop(name, None)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a key, as scrypt has it: 16 MiB and some 50 ms of one core unless told otherwise."""

    n: int = 1 << 14
    r: int = 8
    p: int = 1


class WrongPin(Exception):
    """There is no such draft, or the PIN does not open it; which of both is not told."""


class Safe:
    """
    Args:
        clock: seconds that only grow.
    """

    def __init__(self, drafts: Drafts, cost: Cost | None = None, clock: Callable[[], float] = monotonic) -> None:
        self._drafts = drafts
        self._cost = cost or Cost()
        self._clock = clock
        self._wrong: dict[str, list[float]] = {}
        # One at a time: a crowd that saves must not take the memory of those who fill in.
        self._turn = asyncio.Semaphore(1)

    async def save(self, draft: Draft, pin: str, code: str | None) -> str:
        """The code, which is the old one where there is one. Raises IntakeAway."""
        known = code or PREFIX + codes.encode(secrets.token_bytes(_CODE_BYTES))
        secret = read_code(known)
        assert secret is not None
        seal = await self._seal(secret, pin)
        await self._drafts.put(_name(secret), seal.seal(msgspec.json.encode(draft)))
        return known

    async def resume(self, code: str, pin: str) -> Draft:
        """Raises WrongPin, IntakeAway."""
        secret = read_code(code)
        sealed = None if secret is None else await self._drafts.get(_name(secret))
        if secret is None or sealed is None or self._guessed_too_often(_name(secret)):
            raise WrongPin
        seal = await self._seal(secret, pin)
        try:
            return msgspec.json.decode(seal.open(sealed), type=Draft)
        except (NotSealedHere, msgspec.MsgspecError):
            self._wrong.setdefault(_name(secret), []).append(self._clock())
            raise WrongPin from None

    async def forget(self, code: str) -> None:
        """Raises IntakeAway."""
        secret = read_code(code)
        if secret is not None:
            await self._drafts.delete(_name(secret))

    def _guessed_too_often(self, name: str) -> bool:
        """Whoever found somebody's code must not try all PINs."""
        since = self._clock() - _GUESS_SECONDS
        self._wrong = {
            each: recent for each, times in self._wrong.items() if (recent := [t for t in times if t > since])
        }
        return len(self._wrong.get(name, ())) >= _GUESSES

    async def _seal(self, secret: bytes, pin: str) -> Seal:
        cost = self._cost
        async with self._turn:
            kdf = Scrypt(salt=b"cacah draft 1" + secret, length=32, n=cost.n, r=cost.r, p=cost.p)
            key = await asyncio.to_thread(kdf.derive, pin.encode())
        return Seal(key + secret, _PURPOSE)


def is_pin(text: str) -> bool:
    """Six to twelve ASCII digits."""
    return _PIN.fullmatch(text) is not None


def read_code(text: str) -> bytes | None:
    """As somebody typed it, with or without prefix and hyphens; None where it is no code."""
    typed = text.strip().upper().removeprefix(PREFIX)
    try:
        return codes.decode(typed, _CODE_BYTES)
    except codes.CodeError:
        return None


def _name(secret: bytes) -> str:
    return hashlib.sha256(b"cacah draft name 1" + secret).hexdigest()[:32]
