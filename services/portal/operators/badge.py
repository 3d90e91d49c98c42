"""Who is signed in: the operator's key, sealed, in the operator's own browser."""

import secrets
from collections.abc import Callable, Mapping
from hmac import compare_digest
from typing import Final

import msgspec
from starlette.responses import Response

from services.portal.sessions.jar import Jar
from services.portal.sessions.sealing import Seal

IDLE_SECONDS: Final = 30 * 60
_COOKIE: Final = "cacah-operator"
_PURPOSE: Final = "portal operator 1"
_TOKEN_BYTES: Final = 16


class Badge(msgspec.Struct, frozen=True, kw_only=True):
    """`who`: the partner's id, as in every log. `token`: proves that a page of ours posted. `seen_at`: seconds since
    1970."""

    key: str
    who: str
    name: str
    scopes: tuple[str, ...]
    token: str
    seen_at: int

    @property
    def may_decide(self) -> bool:
        return "operate" in self.scopes

    def posted_by(self, token: str) -> bool:
        return compare_digest(self.token.encode(), token.encode())


class Badges:
    """
    Args:
        secret: the portal's own.
        now: seconds since 1970.
    """

    def __init__(self, secret: bytes, now: Callable[[], float]) -> None:
        self._jar = Jar(_COOKIE, Seal(secret, _PURPOSE), IDLE_SECONDS)
        self._now = now

    def issue(self, key: str, who: str, name: str, scopes: tuple[str, ...]) -> Badge:
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        return Badge(key=key, who=who, name=name, scopes=scopes, token=token, seen_at=int(self._now()))

    def read(self, cookies: Mapping[str, str]) -> Badge | None:
        """None where nobody is signed in, or was away for too long."""
        contents = self._jar.read(cookies)
        if contents is None:
            return None
        try:
            badge = msgspec.json.decode(contents, type=Badge)
        except msgspec.MsgspecError:
            # Of an older version of the portal that sealed something else.
            return None
        return None if self._now() - badge.seen_at > IDLE_SECONDS else badge

    def write(self, response: Response, badge: Badge, before: Mapping[str, str], *, secure: bool) -> None:
        fresh = msgspec.structs.replace(badge, seen_at=int(self._now()))
        self._jar.write(response, msgspec.json.encode(fresh), before, secure=secure)

    def clear(self, response: Response, before: Mapping[str, str]) -> None:
        self._jar.clear(response, before)
