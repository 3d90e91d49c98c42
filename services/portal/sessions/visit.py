"""What the portal knows of a browser that is filling in a form."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from services.portal.form.draft import Draft, new_draft
from services.portal.sessions.held import Held, Pocket, new_token

IDLE_SECONDS: Final = 60 * 60
"""A form that nobody touched for so long is forgotten: the device may be a shared one."""
_COOKIE: Final = "cacah-form"
_PURPOSE: Final = "portal form 1"


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


class Visit(Held, frozen=True, kw_only=True):
    """`saved`: code under which the draft was saved or taken up again."""

    draft: Draft | None = None
    sent: Sent | None = None
    saved: str | None = None


class Visits(Pocket[Visit]):
    """
    Args:
        secret: the portal's own.
        now: seconds since 1970.
    """

    def __init__(self, secret: bytes, now: Callable[[], float]) -> None:
        super().__init__(Visit, _COOKIE, secret, purpose=_PURPOSE, idle=IDLE_SECONDS, now=now)

    def begin(self) -> Visit:
        return Visit(token=new_token(), seen_at=self.now(), draft=new_draft())
