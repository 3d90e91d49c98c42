"""Headers that every page carries: nothing comes from elsewhere, nothing runs inline, nobody frames it unasked."""

from collections.abc import Callable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
"""To be ended by who may frame the page."""
ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

Framing = Callable[[Scope], bool]
"""Whether a request's page may stand in a frame of somebody else's page."""


def never(scope: Scope) -> bool:
    del scope
    return False


class SecurityHeaders:
    """Middleware. A header that the application has set itself stays."""

    def __init__(self, app: ASGIApp, may_be_framed: Framing = never) -> None:
        self._app = app
        self._may_be_framed = may_be_framed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = POLICY + ("*" if self._may_be_framed(scope) else "'none'")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("content-security-policy", policy)
            await send(message)

        await self._app(scope, receive, send_with_headers)
