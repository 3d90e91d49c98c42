"""Server-sent events: once a second, to any number of readers, what moved on the page that each of them looks at.

All streams wake at the same beat. What they send is made once per page, beat and position, so that five hundred readers
of one page cost one message.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.dashboard.api.answers import problem
from services.dashboard.api.documents import live_document
from services.dashboard.pages.question import Question, read_question
from services.dashboard.views import Views
from shared.domain.regions import UnknownRegionError

BEAT_SECONDS: Final = 1.0
MOST_STREAMS: Final = 2_000
_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}


class Streams:
    def __init__(self, views: Views) -> None:
        self._views = views
        self._beat = asyncio.Event()
        self._made: dict[tuple[str, str, int], asyncio.Task[bytes]] = {}
        self._closing = False
        self.open = 0

    async def run(self) -> None:
        """The beat, for ever. One that was late does not delay the next."""
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            due = max(due + BEAT_SECONDS, clock())
            await asyncio.sleep(due - clock())
            self.strike()

    def close(self) -> None:
        """Every stream ends."""
        self._closing = True
        self.strike()

    async def serve(self, request: Request) -> Response:
        code, question = request.path_params["code"], read_question(request.query_params)
        if code not in self._views.catalogue:
            return problem(request, "region-unknown")
        if self.open >= MOST_STREAMS or self._closing:
            return problem(request, "unavailable")
        seen = request.headers.get("last-event-id") or request.query_params.get("after", "")
        position = int(seen) if seen.isascii() and seen.isdigit() else -1
        if position > self._views.published.step:
            # Seen in another life of this system: everything is new.
            position = -1
        events = self._events(code, question, position)
        return StreamingResponse(events, 200, _HEADERS, media_type="text/event-stream")

    async def _events(self, code: str, question: Question, seen: int) -> AsyncIterator[bytes]:
        self.open += 1
        try:
            # Browsers ask again after this time, each a little later than the other.
            yield b"retry: %d\n\n" % (1000 + 37 * self.open % 2000)
            while not self._closing:
                beat, step = self._beat, self._views.published.step
                yield await self._message(code, question, seen)
                seen = max(seen, step)
                await beat.wait()
        finally:
            self.open -= 1

    async def _message(self, code: str, question: Question, seen: int) -> bytes:
        key = (code, question.measure, seen)
        task = self._made.get(key)
        if task is None:
            task = self._made[key] = asyncio.create_task(self._make(code, question, seen))
        return await asyncio.shield(task)

    async def _make(self, code: str, question: Question, seen: int) -> bytes:
        try:
            view = await self._views.region(code, Question(measure=question.measure))
        except UnknownRegionError:
            return b": gone\n\n"
        published = self._views.published
        moved = [row for row in view.everyone if published.moved_after(row.code, seen)]
        document = live_document(view, moved, moved=view.step > seen)
        return b"id: %d\ndata: %b\n\n" % (view.step, msgspec.json.encode(document))

    def strike(self) -> None:
        """Everybody wakes."""
        struck, self._beat = self._beat, asyncio.Event()
        self._made = {}
        struck.set()
