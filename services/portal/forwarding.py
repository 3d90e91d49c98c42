"""For whom the portal asks: intake limits what one address may send, and a nation's families come through here."""

from contextvars import ContextVar
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

HEADER: Final = "x-forwarded-for"
_asked_by: ContextVar[str] = ContextVar("asked_by", default="")


def asked_by() -> str:
    """The header's value: all whom the request came through, the nearest last. Empty where nobody is known."""
    return _asked_by.get()


class Forwarding:
    """Middleware. What stands before our own neighbour anybody can have written; intake believes no more than it should
    (`CACAH_TRUSTED_PROXIES`)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("client") is not None:
            said = Headers(scope=scope).get(HEADER, "")
            _asked_by.set(f"{said}, {scope['client'][0]}" if said else scope["client"][0])
        await self._app(scope, receive, send)
