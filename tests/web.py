"""Asking an application for pages without a server."""

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


class Browser:
    """Follows no redirect and keeps no cookie: a test says what it sends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.ask("GET", path, headers=headers)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def run() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://cacah.test") as client:
                return await client.request(method, path, **options)

        return asyncio.run(run())
