"""What the portal knows of a browser that is filling in a form."""

import secrets
from collections.abc import Callable, Mapping
from hmac import compare_digest
from typing import Any, Final

import msgspec
from starlette.responses import Response

from services.portal.form.draft import Draft, new_draft
from services.portal.sessions.jar import Jar
from services.portal.sessions.sealing import Seal

IDLE_SECONDS: Final = 60 * 60
"""A form that nobody touched for so long is forgotten: the device may be a shared one."""
_COOKIE: Final = "cacah-form"
_PURPOSE: Final = "portal form 1"
_TOKEN_BYTES: Final = 16


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What a family takes home. No answer is in it."""

    id: str
    receipt: dict[str, Any]
    lineage: str
    correction_code: str
    household_code: str | None
    people: int
    warnings: int
    revision: int = 0


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """`token` stands in every form of every page and proves that a page of ours posted it. `seen_at`: seconds since
    1970. `saved`: code under which the draft was saved or taken up again."""

    token: str
    seen_at: int
    draft: Draft | None = None
    sent: Sent | None = None
    saved: str | None = None

    def posted_by(self, token: str) -> bool:
        return compare_digest(self.token.encode(), token.encode())


class Visits:
    """
    Args:
        secret: the portal's own.
        now: seconds since 1970.
    """

    def __init__(self, secret: bytes, now: Callable[[], float]) -> None:
        self._jar = Jar(_COOKIE, Seal(secret, _PURPOSE), IDLE_SECONDS)
        self._now = now

    def begin(self) -> Visit:
        return Visit(token=secrets.token_urlsafe(_TOKEN_BYTES), seen_at=int(self._now()), draft=new_draft())

    def read(self, cookies: Mapping[str, str]) -> Visit | None:
        """None where there is no form, or it was left alone for too long."""
        contents = self._jar.read(cookies)
        if contents is None:
            return None
        try:
            visit = msgspec.json.decode(contents, type=Visit)
        except msgspec.MsgspecError:
            # Of an older version of the portal that sealed something else.
            return None
        return None if self._now() - visit.seen_at > IDLE_SECONDS else visit

    def write(self, response: Response, visit: Visit, before: Mapping[str, str], *, secure: bool) -> None:
        """Raises TooLarge."""
        fresh = msgspec.structs.replace(visit, seen_at=int(self._now()))
        self._jar.write(response, msgspec.json.encode(fresh), before, secure=secure)

    def clear(self, response: Response, before: Mapping[str, str]) -> None:
        self._jar.clear(response, before)
