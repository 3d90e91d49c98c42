"""What a browser holds for the portal: sealed, in a cookie of its own, until it was left alone for too long."""

import secrets
from collections.abc import Callable, Mapping
from hmac import compare_digest
from typing import Final, Generic, TypeVar

import msgspec
from starlette.responses import Response

from services.portal.sessions.jar import Jar
from services.portal.sessions.sealing import Seal

_TOKEN_BYTES: Final = 16


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """`token` stands in every form of every page and proves that a page of ours posted it. `seen_at`: seconds since
    1970."""

    token: str
    seen_at: int

    def posted_by(self, token: str) -> bool:
        return compare_digest(self.token.encode(), token.encode())


def new_token() -> str:
    return secrets.token_urlsafe(_TOKEN_BYTES)


Kind = TypeVar("Kind", bound=Held)


class Pocket(Generic[Kind]):
    """
    Args:
        purpose: what is sealed for one purpose cannot be opened for another.
        idle: seconds after which what nobody used is forgotten.
        now: seconds since 1970.
    """

    def __init__(
        self, kind: type[Kind], cookie: str, secret: bytes, *, purpose: str, idle: int, now: Callable[[], float]
    ) -> None:
        self._kind = kind
        self._jar = Jar(cookie, Seal(secret, purpose), idle)
        self._idle = idle
        self._now = now

    def now(self) -> int:
        return int(self._now())

    def read(self, cookies: Mapping[str, str]) -> Kind | None:
        """None where there is nothing, or it was left alone for too long."""
        contents = self._jar.read(cookies)
        if contents is None:
            return None
        try:
            held = msgspec.json.decode(contents, type=self._kind)
        except msgspec.MsgspecError:
            # Of an older version of the portal that sealed something else.
            return None
        return None if self._now() - held.seen_at > self._idle else held

    def write(self, response: Response, held: Kind, before: Mapping[str, str], *, secure: bool) -> None:
        """Raises TooLarge."""
        fresh = msgspec.structs.replace(held, seen_at=self.now())
        self._jar.write(response, msgspec.json.encode(fresh), before, secure=secure)

    def clear(self, response: Response, before: Mapping[str, str]) -> None:
        self._jar.clear(response, before)
