"""Bodies: none is larger than a form may be, and all of them together no larger than intake has room for."""

import asyncio
import gzip
from pathlib import Path

import pytest

from services.intake.bodies import MAX_FORM_BYTES, BodyRoom, Disconnected, read_form
from services.intake.memory import MemoryPublisher
from services.intake.problems import Refused
from tests.families import family
from tests.unit.intake_kit import Exchange, Intake, as_bytes

PATH = "/v1/submissions"


def scope_of(**headers: str) -> dict[str, object]:
    return {"headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]}


def read(room: BodyRoom, *pieces: bytes, hang_up: bool = False, **headers: str) -> bytes:
    async def talk() -> bytes:
        exchange = Exchange()
        for piece in pieces:
            exchange.write(piece)
        if hang_up:
            exchange.hang_up()
        else:
            exchange.write(b"", more=False)
        return await read_form(scope_of(**headers), exchange.receive, room)

    return asyncio.run(talk())


def test_room_is_given_back_however_the_body_ends() -> None:
    room = BodyRoom(1000)
    for _ in range(3):
        assert read(room, b"x" * 600, b"y" * 400) == b"x" * 600 + b"y" * 400
        with pytest.raises(Refused, match="overloaded"):
            read(room, b"x" * 600, b"y" * 401)
        with pytest.raises(Disconnected):
            read(room, b"x" * 900, hang_up=True)
        with pytest.raises(Refused, match="bad-encoding"):
            read(room, gzip.compress(b"x" * 900)[:-3], content_encoding="gzip")


def test_what_others_read_counts() -> None:
    async def talk() -> None:
        room, slow = BodyRoom(1000), Exchange()
        slow.write(b"x" * 700)
        reading = asyncio.create_task(read_form(scope_of(), slow.receive, room))
        while not slow.taken:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        other = Exchange()
        other.write(b"x" * 400, more=False)
        with pytest.raises(Refused, match="overloaded"):
            await read_form(scope_of(), other.receive, room)
        slow.write(b"", more=False)
        assert await reading == b"x" * 700
        room.take(1000)

    asyncio.run(talk())


@pytest.mark.parametrize("announced", [True, False])
def test_a_form_that_is_too_large_is_refused(tmp_path: Path, announced: bool) -> None:  # noqa: FBT001  # a parameter
    intake = Intake(tmp_path)
    body = b" " * (MAX_FORM_BYTES + 1)
    headers = {"content-length": str(len(body))} if announced else {}
    exchange = Exchange()
    exchange.write(body, more=False)
    asyncio.run(intake.run(exchange, "POST", PATH, headers))
    assert exchange.reply().status == 413
    assert exchange.taken == (0 if announced else 1), "what is known to be too large is not read"


def test_a_small_body_does_not_become_a_large_one(tmp_path: Path) -> None:
    intake = Intake(tmp_path)
    bomb = gzip.compress(bytes(32 << 20))
    reply = asyncio.run(intake.ask("POST", PATH, bomb, {"content-encoding": "gzip"}))
    assert reply.status == 413
    packed = gzip.compress(as_bytes(family()))
    assert asyncio.run(intake.ask("POST", PATH, packed, {"content-encoding": "gzip"})).status == 202


@pytest.mark.parametrize("state", ["full", "away"])
def test_above_the_limit_and_without_a_log_no_body_is_read(tmp_path: Path, state: str) -> None:
    log = MemoryPublisher(limit=1, manual=True)
    intake = Intake(tmp_path, log)

    async def talk() -> None:
        first = Exchange()
        first.write(as_bytes(family()), more=False)
        running = asyncio.create_task(intake.run(first, "POST", PATH))
        while not log.load.records:
            await asyncio.sleep(0)
        log.away = state == "away"
        waits = set()
        for _ in range(60):
            second = Exchange()
            second.write(as_bytes(family()), more=False)
            await intake.run(second, "POST", PATH)
            reply = second.reply()
            assert (reply.status, second.taken) == (503, 0)
            assert reply.json["code"] == ("overloaded" if state == "full" else "unavailable")
            waits.add(int(reply.headers["retry-after"]))
        assert len(waits) > 2, "all would come back at once"
        log.acknowledge(1)
        await running
        assert first.reply().status == 202

    asyncio.run(talk())
