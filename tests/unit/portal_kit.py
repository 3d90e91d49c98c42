"""The portal in front of an intake whose log is in memory, and a browser without a screen."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
from fastapi import FastAPI

from services.intake.operator.stages import Stages
from services.portal.app import create_app
from services.portal.saving.safe import Cost, MemoryDrafts
from services.portal.wiring import wire
from tests.unit.intake_kit import CENSUS_DAY, NOW, Intake

SECRET = b"a secret of the portal in tests."
CHEAP = Cost(n=16, r=1)
_TOKEN = re.compile(r'name="token" value="([^"]+)"')
Answer = TypeVar("Answer")

HEAD = {
    "person": {
        "name": "Budi Contoh",
        "nik": "3509120102800001",
        "relationship": "1",
        "sex": "1",
        "birth_date-day": "1",
        "birth_date-month": "2",
        "birth_date-year": "1980",
        "marital_status": "1",
    },
    "origin": {"citizenship": "1", "religion": "1", "speaks_indonesian": "true"},
    "residence": {"elsewhere": "false", "same_as_card": "true"},
    "education": {"education": "3"},
    "work": {"activity": "1", "occupation": "6", "work_status": "1"},
}
HOUSING = {"tenure": "1", "electricity": "2", "water": "3", "toilet": "1", "floor": "2"}


@dataclass
class Portal:
    """`now`: seconds since 1970, of the portal alone. `lost`: answers of intake that never arrive. `asked`:
    headers of what intake was asked."""

    intake: Intake
    now: float = NOW / 1_000_000
    drafts: MemoryDrafts = field(default_factory=MemoryDrafts)
    away: bool = False
    lost: int = 0
    waiting: float = 4.0
    asked: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> FastAPI:
        """A fresh process each time: what is kept between two of them is kept outside."""
        inner = httpx.AsyncClient(transport=httpx.MockTransport(self._ask_intake), base_url="http://intake")
        wiring = wire(
            SECRET,
            inner,
            census_day=CENSUS_DAY,
            drafts=self.drafts,
            cost=CHEAP,
            now=lambda: self.now,
            patience=0.0,
            waiting=self.waiting,
        )
        return create_app(wiring)

    async def _ask_intake(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("nobody there")
        query = request.url.query.decode()
        path = request.url.path + (f"?{query}" if query else "")
        self.asked.append(dict(request.headers))
        reply = await self.intake.ask(request.method, path, request.content, dict(request.headers))
        if self.lost and "dry_run" not in path:
            self.lost -= 1
            raise httpx.ReadTimeout("no answer")
        return httpx.Response(reply.status, headers=reply.headers, content=reply.body)


class Family:
    """Somebody at a browser: keeps cookies, follows no redirect, posts the token of the page that was shown last."""

    def __init__(self, portal: Portal, language: str = "en") -> None:
        self.portal = portal
        self.language = language
        self.token = ""
        self.pages: list[tuple[str, bytes]] = []
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(portal.app()), base_url="http://portal.test")

    async def get(self, slug: str) -> httpx.Response:
        return self._seen(slug, await self.client.get(f"/{self.language}/{slug}"))

    async def post(self, slug: str, fields: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = {"token": self.token, **(fields or {})}
        return self._seen(slug, await self.client.post(f"/{self.language}/{slug}", data=data, headers=named))

    async def follow(self, response: httpx.Response) -> httpx.Response:
        assert response.status_code == 303, response.text
        return await self.get(slug_of(response))

    def restart_portal(self) -> None:
        cookies = self.client.cookies
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.portal.app()), base_url="http://portal.test", cookies=cookies
        )

    async def fill_in_home(self, card: str = "3509121201150001") -> httpx.Response:
        await self.get("form/household")
        done = await self.post("form/household", {"card": card} if card else {"no_card": "yes"})
        assert slug_of(done) == "form/address"
        for region in ("35", "35.09", "35.09.12"):
            await self.follow(await self.post("form/address", {"region": region}))
        return await self.post("form/address", {"region": "35.09.12.2003", "street": "Jalan Melati 3"})

    async def fill_in_person(self, person: int, answers: dict[str, dict[str, str]] | None = None) -> httpx.Response:
        done = None
        for topic, fields in (answers or HEAD).items():
            await self.get(f"form/people/{person}/{topic}")
            done = await self.post(f"form/people/{person}/{topic}", fields)
            assert done.status_code == 303, done.text
        assert done is not None
        return done

    async def fill_in(self, card: str = "3509121201150001") -> httpx.Response:
        """A person who lives alone, up to the check of all answers."""
        await self.fill_in_home(card)
        await self.fill_in_person(1)
        await self.get("form/housing")
        return await self.follow(await self.post("form/housing", HOUSING))

    def _seen(self, slug: str, response: httpx.Response) -> httpx.Response:
        found = (
            _TOKEN.search(response.text) if response.headers.get("content-type", "").startswith("text/html") else None
        )
        if found:
            self.token = found[1]
            self.pages.append((f"{self.language}/{slug}", response.content))
        return response

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.client.aclose()


def slug_of(response: httpx.Response) -> str:
    """Where a redirect leads, without the language."""
    return response.headers["location"].split("/", 2)[2]


def at_browser(
    folder: Path,
    story: Callable[[Family], Awaitable[Answer]],
    language: str = "en",
    stages: Stages | None = None,
    **options: Any,
) -> Answer:
    """Runs what somebody does at a browser."""

    async def run() -> Answer:
        async with Family(Portal(Intake(folder, stages=stages), **options), language) as family:
            return await story(family)

    return asyncio.run(run())
