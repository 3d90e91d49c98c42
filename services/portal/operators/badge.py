"""Who is signed in: the operator's key, sealed, in the operator's own browser."""

from collections.abc import Callable
from typing import Final

from services.portal.sessions.held import Held, Pocket, new_token

IDLE_SECONDS: Final = 30 * 60
_COOKIE: Final = "cacah-operator"
_PURPOSE: Final = "portal operator 1"


class Badge(Held, frozen=True, kw_only=True):
    """`who`: the partner's id, as in every log."""

    key: str
    who: str
    name: str
    scopes: tuple[str, ...]

    @property
    def may_decide(self) -> bool:
        return "operate" in self.scopes


class Badges(Pocket[Badge]):
    """
    Args:
        secret: the portal's own.
        now: seconds since 1970.
    """

    def __init__(self, secret: bytes, now: Callable[[], float]) -> None:
        super().__init__(Badge, _COOKIE, secret, purpose=_PURPOSE, idle=IDLE_SECONDS, now=now)

    def issue(self, key: str, who: str, name: str, scopes: tuple[str, ...]) -> Badge:
        return Badge(key=key, who=who, name=name, scopes=scopes, token=new_token(), seen_at=self.now())
