"""Server-sent events: once a second, to any number of readers, what moved on the page that each of them looks at.

Everybody is served at the same beat. What is sent is made once per page, beat and position and encoded once, so that
five hundred readers of one page cost one message. A reader who has not taken the last message yet is left out of the
beat: there is no queue, and the next message it gets has all that moved since the last one it took.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from services.dashboard.api.answers import problem
from services.dashboard.api.documents import live_document
from services.dashboard.pages.question import Question, read_question
from services.dashboard.views import Views

BEAT_SECONDS: Final = 1.0
MOST_STREAMS: Final = 2_000
_START: Final[Mapping[str, object]] = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ],
}

Message = tuple[int, bytes]
"""The step that it brings its reader to, and what is sent."""
Page = tuple[str, Question, int]
"""A region, how it is looked at, and the step that the reader knows."""


@dataclass(slots=True, eq=False)
class _Reader:
    """`seen`: the step that it knows. `beat`: the one at which it was last served."""

    code: str
    question: Question
    seen: int
    beat: int = 0
    gone: bool = False
    turn: asyncio.Future[None] | None = None

    @property
    def page(self) -> Page:
        return self.code, self.question, self.seen

    def wake(self) -> None:
        if self.turn is not None and not self.turn.done():
            self.turn.set_result(None)

    async def leave_with(self, receive: Receive) -> None:
        """Returns when the client is gone."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        self.wake()


class Streams:
    """An ASGI application, for a route with the parameter `code`."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._beat = 0
        self._waiting: set[_Reader] = set()
        self._made: dict[Page, asyncio.Task[Message]] = {}
        self._closing = False
        self.open = 0

    @property
    def waiting(self) -> int:
        """Readers who have all there is."""
        return len(self._waiting)

    async def run(self) -> None:
        """The beat, for ever. One that was late does not delay the next."""
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            due = max(due + BEAT_SECONDS, clock())
            await asyncio.sleep(due - clock())
            self.strike()

    def strike(self) -> None:
        """Everybody who waits is served, once what each of them wants is made."""
        self._beat += 1
        self._made = {}
        waiting, self._waiting = self._waiting, set()
        pages: dict[Page, list[_Reader]] = {}
        for reader in waiting:
            pages.setdefault(reader.page, []).append(reader)
        for page, readers in pages.items():
            made = self._make_once(page)
            made.add_done_callback(partial(_wake, readers))

    def close(self) -> None:
        """Every stream ends."""
        self._closing = True
        _wake(self._waiting)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        code, question = request.path_params["code"], read_question(request.query_params)
        if code not in self._views.catalogue:
            await problem(request, "region-unknown")(scope, receive, send)
            return
        if self.open >= MOST_STREAMS or self._closing:
            await problem(request, "unavailable")(scope, receive, send)
            return
        reader = _Reader(code, Question(measure=question.measure), self._position(request))
        leaving = asyncio.create_task(reader.leave_with(receive))
        self.open += 1
        try:
            await self._stream(reader, send)
        finally:
            self.open -= 1
            self._waiting.discard(reader)
            leaving.cancel()

    def _position(self, request: Request) -> int:
        """The step that the reader has seen; -1 where that is nothing, or was in another life of this system."""
        seen = request.headers.get("last-event-id") or request.query_params.get("after", "")
        position = int(seen) if seen.isascii() and seen.isdigit() else -1
        return -1 if position > self._views.published.step else position

    async def _stream(self, reader: _Reader, send: Send) -> None:
        await send(dict(_START))
        # Browsers ask again after this time, each a little later than the other.
        await send(_part(b"retry: %d\n\n" % (1000 + 37 * self.open % 2000)))
        while not self._is_over(reader):
            reader.beat = self._beat
            made = self._make_once(reader.page)
            if not made.done():
                await asyncio.wait([made])
            step, text = made.result()
            await send(_part(text))
            reader.seen = max(reader.seen, step)
            await self._next_beat(reader)
        await send({"type": "http.response.body", "body": b""})

    async def _next_beat(self, reader: _Reader) -> None:
        """At once for who was still being sent to when it came."""
        if reader.beat == self._beat and not self._is_over(reader):
            reader.turn = asyncio.get_running_loop().create_future()
            self._waiting.add(reader)
            await reader.turn

    def _is_over(self, reader: _Reader) -> bool:
        return reader.gone or self._closing

    def _make_once(self, page: Page) -> asyncio.Task[Message]:
        """The same message for all who ask in one beat."""
        task = self._made.get(page)
        if task is None:
            task = self._made[page] = asyncio.create_task(self._make(*page))
        return task

    async def _make(self, code: str, question: Question, seen: int) -> Message:
        view = await self._views.region(code, question)
        published = self._views.published
        moved = [row for row in view.everyone if published.moved_after(row.code, seen)]
        document = live_document(view, moved, moved=view.step > seen)
        return view.step, b"id: %d\ndata: %b\n\n" % (view.step, msgspec.json.encode(document))


def _wake(readers: Iterable[_Reader], made: object = None) -> None:
    del made
    for reader in readers:
        reader.wake()


def _part(body: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": body, "more_body": True}
