"""The routes that a census is sent through stand before the framework: its layers cost more than their work."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.intake.asgi import language, refuse
from services.intake.problems import Refused
from shared.web.whole import Direct

_HOT: Final = "POST"


class Front:
    """ASGI.

    Args:
        app: answers everything else, other methods on the same paths included.
        posts: what answers POST, by path.
        direct: what answers it without ASGI, where a request came in one piece; for the server.
    """

    def __init__(
        self, app: FastAPI, posts: Mapping[str, ASGIApp], direct: Mapping[bytes, Direct] = MappingProxyType({})
    ) -> None:
        self.app = app
        self.direct = direct
        self._posts = dict(posts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != _HOT or scope["path"] not in self._posts:
            await self.app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._posts[scope["path"]](scope, receive, sending)
        except Exception:
            # As the framework does it: an answer where there is none yet, and the traceback for the server's log.
            if not begun:
                await refuse(send, Refused("internal"), language(scope))
            raise
