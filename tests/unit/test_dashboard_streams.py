"""Many readers of one page: what a beat costs, and what a reader gets who does not keep up."""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from services.dashboard.app import create_app
from services.dashboard.pages.question import Question
from services.dashboard.pages.region_view import RegionView
from tests.dashboard_kit import Country, Dashboard

CHANCE = random.Random(1)
_SECONDS = 60.0


class Crowd:
    """Readers of the page of a province, beat by beat."""

    def __init__(self, dashboard: Dashboard, readers: int) -> None:
        self._streams = dashboard.wiring.streams
        self._gone = asyncio.Event()
        self._may_read = [asyncio.Event() for _ in range(readers)]
        for each in self._may_read:
            each.set()
        self.messages: list[list[dict[str, Any]]] = [[] for _ in range(readers)]
        app = create_app(dashboard.wiring)
        self._tasks = [asyncio.create_task(self._read(app, reader)) for reader in range(readers)]

    @property
    def heard(self) -> list[int]:
        return [len(each) for each in self.messages]

    def stop_reading(self, reader: int) -> None:
        self._may_read[reader].clear()

    def read_again(self, reader: int) -> None:
        self._may_read[reader].set()

    async def beat(self) -> None:
        self._streams.strike()
        await self.settled()

    async def settled(self) -> None:
        """Returns when everybody who reads waits for the next beat."""
        reading = sum(each.is_set() for each in self._may_read)
        await until(lambda: self._streams.waiting >= reading)

    async def leave(self) -> None:
        self._gone.set()
        await asyncio.gather(*self._tasks)

    async def _read(self, app: Any, reader: int) -> None:
        path = "/stream/regions/35"
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": [],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8001),
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            await self._gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            _, is_event, data = message.get("body", b"").partition(b"data: ")
            if is_event:
                await self._may_read[reader].wait()
                self.messages[reader].append(json.loads(data))

        await app(scope, receive, send)


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(_SECONDS):
        while not done():
            await asyncio.sleep(0)


async def counted(*villages: str) -> tuple[Country, Dashboard]:
    made = Country()
    dashboard = Dashboard(totals=made.totals)
    for village in villages:
        made.add(village, 200, CHANCE)
    await dashboard.tick()
    return made, dashboard


def test_five_hundred_readers_of_a_page_cost_one_message_a_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shown to catch: a message made for each reader."""
    readers, made_for = 500, list[str]()

    async def run() -> None:
        _, dashboard = await counted("35.09.01.2001")
        region = dashboard.wiring.views.region

        async def noted(code: str, question: Question) -> RegionView:
            made_for.append(code)
            return await region(code, question)

        monkeypatch.setattr(dashboard.wiring.views, "region", noted)
        crowd = Crowd(dashboard, readers)
        await crowd.settled()
        for _ in range(2):
            await crowd.beat()
        assert dashboard.wiring.streams.open == readers
        await crowd.leave()
        assert crowd.heard == [3] * readers
        assert made_for == ["35"] * 3
        assert (dashboard.wiring.streams.open, dashboard.wiring.streams.waiting) == (0, 0)

    asyncio.run(run())


def test_who_does_not_keep_up_gets_one_message_with_all_that_moved() -> None:
    """Shown to catch: a queue for each reader; a message that has only what moved in the last beat."""

    async def run() -> None:
        made, dashboard = await counted("35.09.01.2001", "35.10.01.2001", "35.11.01.2001")
        crowd = Crowd(dashboard, 2)
        await crowd.settled()
        crowd.stop_reading(0)
        for village in ("35.09.01.2001", "35.10.01.2001", "35.11.01.2001"):
            made.add(village, 50, CHANCE)
            await dashboard.tick()
            await crowd.beat()
        assert crowd.heard == [1, 4]
        crowd.read_again(0)
        await crowd.settled()
        slow, quick = crowd.messages
        # What it was being sent when it stopped, and the rest at once.
        assert [moved(message) for message in slow[1:]] == [["35.09"], ["35.10", "35.11"]]
        assert [moved(message) for message in quick[1:]] == [["35.09"], ["35.10"], ["35.11"]]
        assert slow[-1]["step"] == quick[-1]["step"]
        await crowd.leave()

    asyncio.run(run())


def test_closing_ends_every_stream() -> None:
    async def run() -> None:
        _, dashboard = await counted("35.09.01.2001")
        crowd = Crowd(dashboard, 20)
        await crowd.settled()
        dashboard.wiring.streams.close()
        await until(lambda: dashboard.wiring.streams.open == 0)
        await crowd.leave()

    asyncio.run(run())


def moved(message: dict[str, Any]) -> list[str]:
    return sorted(child["region"] for child in message.get("children", ()))
