"""`POST /v1/submissions:batch`: a form per line in, a result per line out, in order, while it runs.

At most `UNREAD` results wait for a client that does not read: from there on no more of its lines are read until it
does. A client therefore reads while it writes, or writes at most that many lines a request.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from starlette.types import Receive, Scope, Send

from services.intake.accepting import Acceptor
from services.intake.access import Access
from services.intake.asgi import NDJSON, encode, header, language, refuse, require_type
from services.intake.bodies import Disconnected, Lines, unpacked
from services.intake.limits import Addresses, Buckets, Headers
from services.intake.ports import OutcomeUnknown, Overloaded, Position, Unavailable
from services.intake.problems import Json, Refused, problem
from services.intake.repeats import Sent
from services.intake.stamp import Stamped
from services.intake.texts import Language
from services.intake.window import Window
from shared.contracts.identity import uuid_text
from shared.runtime.partners import Partner, partner_sender

UNREAD = 1000
_TYPES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})
LOCAL_PARTNER = partner_sender("local")
"""Who sends lines without a key, which only this machine may."""
_TURNS = 32
"""After so many lines the loop's other requests have their turn."""
_PIECE = 256
_LONGEST_NAP = 1.0


class Flying(Struct, frozen=True, gc=False):
    """A line on its way."""

    line: int
    sent: Sent


class Landed(Struct, frozen=True, gc=False):
    """A line that is durable."""

    line: int
    sent: Sent
    position: Position


class Turned(Struct, frozen=True):
    """A line that did not go on its way."""

    line: int
    refused: Refused


class BatchRoute:
    """
    Args:
        access: who may send, and as whom.
        lines: how many of them a partner may send.
        draining: whether the process is about to end: then no further line is read.
    """

    def __init__(
        self,
        acceptor: Acceptor,
        access: Access,
        addresses: Addresses,
        lines: Buckets,
        *,
        draining: Callable[[], bool],
    ) -> None:
        self._acceptor = acceptor
        self._access = access
        self._addresses = addresses
        self._lines = lines
        self._draining = draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        speech = language(scope)
        try:
            partner = await self._partner(scope)
            fields = () if partner is None else self._lines.check(partner.id)
            require_type(scope, _TYPES)
            self._acceptor.publisher.admit()
        except Refused as refused:
            await self._refuse(send, refused, speech)
            return
        except Unavailable:
            await self._refuse(send, Refused("unavailable"), speech)
            return
        except Overloaded:
            # Lines wait for room one by one; what is in flight now is no reason to send them all away.
            pass
        await _begin(send, speech, fields)
        window: Window[Flying | Turned] = Window(UNREAD)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read(scope, receive, window, partner))
            tasks.create_task(self._write(send, window, speech))

    async def _partner(self, scope: Scope) -> Partner | None:
        """None for this machine itself, which needs no key. Raises Refused."""
        key = header(scope, b"authorization")
        if not key and self._addresses.sender(scope) is None:
            return None
        return await self._access.admit(key, "submit")

    async def _refuse(self, send: Send, refused: Refused, speech: Language) -> None:
        self._acceptor.metrics.count_problem(refused.code)
        await refuse(send, refused, speech)

    async def _read(
        self, scope: Scope, receive: Receive, window: Window[Flying | Turned], partner: Partner | None
    ) -> None:
        lines = Lines()
        number = 0
        try:
            async for piece in unpacked(scope, receive):
                number = await self._accept_all(lines.feed(piece), number, window, partner)
                if self._draining():
                    return
            if self._draining():
                # The body ended because this process does: what is left in `lines` may be half a line.
                return
            await self._accept_all(lines.end(), number, window, partner)
        except Refused as refused:
            await window.room()
            window.put(Turned(number + 1, refused))
        except Disconnected:
            # A line that was cut off is not a line: what is left in `lines` goes nowhere.
            return
        finally:
            window.end()

    async def _accept_all(
        self, lines: Iterable[bytes | None], number: int, window: Window[Flying | Turned], partner: Partner | None
    ) -> int:
        sender = LOCAL_PARTNER if partner is None else partner.sender
        for line in lines:
            number += 1
            # Above its limit a partner is not sent away in the middle; it is read from more slowly.
            while partner is not None and (wait := self._lines.wait(partner.id)):  # noqa: ASYNC110  # time is the event
                await asyncio.sleep(min(wait, _LONGEST_NAP))
            if window.full:
                await window.room()
            found = self._accept(number, line, sender)
            window.put(await self._send_later(number, found) if isinstance(found, Stamped) else found)
            if number % _TURNS == 0:
                await asyncio.sleep(0)
        return number

    def _accept(self, number: int, line: bytes | None, sender: bytes) -> Flying | Turned | Stamped:
        """Stamped where there is no room for it now."""
        if line is None:
            return Turned(number, Refused("too-large"))
        try:
            stamped = self._acceptor.examine(line, sender=sender).stamped
        except Refused as refused:
            return Turned(number, refused)
        return self._send_now(number, stamped)

    def _send_now(self, number: int, stamped: Stamped) -> Flying | Turned | Stamped:
        try:
            return Flying(number, self._acceptor.send(stamped))
        except Refused as refused:
            return Turned(number, refused)
        except Overloaded:
            return stamped
        except Unavailable:
            return Turned(number, Refused("unavailable", submission=uuid_text(stamped.head.id)))

    async def _send_later(self, number: int, stamped: Stamped) -> Flying | Turned:
        while True:
            await self._acceptor.publisher.room()
            found = self._send_now(number, stamped)
            if not isinstance(found, Stamped):
                return found

    async def _write(self, send: Send, window: Window[Flying | Turned], speech: Language) -> None:
        while await window.wait():
            known: list[Landed | Turned] = []
            while len(known) < _PIECE and (item := window.next()) is not None:
                if known and isinstance(item, Flying) and not item.sent.durable.done():
                    await self._send(send, known, window, speech)
                    known = []
                if isinstance(item, Flying):
                    known.append(self._landed(item) if item.sent.durable.done() else await self._settled(item))
                else:
                    known.append(item)
            await self._send(send, known, window, speech)
        await send({"type": "http.response.body", "body": b""})

    async def _send(
        self, send: Send, known: list[Landed | Turned], window: Window[Flying | Turned], speech: Language
    ) -> None:
        body = b"\n".join(map(encode, self._results(known, speech))) + b"\n"
        await send({"type": "http.response.body", "body": body, "more_body": True})
        window.sent(len(known))

    def _results(self, known: list[Landed | Turned], speech: Language) -> Iterator[Json]:
        landed = [(each.sent.head, each.position) for each in known if isinstance(each, Landed)]
        self._acceptor.metrics.count("accepted", len(landed))
        receipts = iter(self._acceptor.receipts.receipts(landed))
        for each in known:
            if isinstance(each, Turned):
                yield self._result_of(each, speech)
            else:
                result = {
                    "line": each.line,
                    "status": 202,
                    "id": uuid_text(each.sent.head.id),
                    "receipt": next(receipts),
                }
                yield result | {"replayed": True} if each.sent.replayed else result

    async def _settled(self, item: Flying) -> Landed | Turned:
        await asyncio.wait((item.sent.durable,))
        return self._landed(item)

    def _landed(self, item: Flying) -> Landed | Turned:
        """Of a line whose fate is known."""
        try:
            return Landed(item.line, item.sent, self._acceptor.landed(item.sent))
        except OutcomeUnknown:
            return Turned(item.line, Refused("outcome-unknown", submission=uuid_text(item.sent.head.id)))
        except Unavailable:
            return Turned(item.line, Refused("unavailable", submission=uuid_text(item.sent.head.id)))

    def _result_of(self, turned: Turned, speech: Language) -> Json:
        refused = turned.refused
        self._acceptor.metrics.count_problem(refused.code)
        said = problem(refused, speech)
        return {"line": turned.line, "status": said["status"], "id": refused.submission, "problem": said}


async def _begin(send: Send, speech: Language, fields: Headers) -> None:
    headers = [
        (b"content-type", NDJSON),
        (b"content-language", speech.encode()),
        (b"cache-control", b"no-store"),
        *fields,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
