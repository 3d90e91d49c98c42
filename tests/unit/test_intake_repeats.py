"""Repeats of a form. Seen to fail with a memory that never finds, that forgets forms in flight, that compares no
content, and that keeps forms whose outcome is not known."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.memory import MemoryPublisher
from services.intake.ports import Position
from services.intake.problems import Refused
from services.intake.repeats import Repeats, Sent
from shared.contracts.envelope import NOBODY, Codec, Head, Kind
from tests.families import family
from tests.unit.intake_kit import Intake, Reply, as_bytes

ID = "018f3c9e-6f1d-4c7a-9d55-2f6b1a0c4e77"


@pytest.fixture
def kit(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


def same(first: Any, again: Any) -> None:
    """The same place, time and code; a signature may be another."""
    for name in ("id", "received_at", "lineage", "correction_code", "warnings"):
        assert first[name] == again[name], name
    assert first["receipt"] | {"token": ""} == again["receipt"] | {"token": ""}


def test_a_repeat_is_answered_as_the_first_time_and_not_appended_again(kit: Intake) -> None:
    form = family() | {"id": ID}
    first = kit.post(form)
    kit.time += 5_000_000
    again = kit.post(form)
    assert (first.status, again.status) == (202, 202)
    assert "replayed" not in first.json
    assert again.json["replayed"] is True
    same(first.json, again.json)
    assert len(kit.log.records) == 1
    (result,) = kit.batch([form | {"id": str(uuid4())}])
    assert "replayed" not in result


def test_other_answers_under_the_id_are_refused(kit: Intake) -> None:
    first = kit.post(family() | {"id": ID}).json
    other = family({"/members/2": None}) | {"id": ID}
    reply = kit.post(other)
    assert (reply.status, reply.json["code"]) == (409, "id-reused")
    # Another household has ids of its own.
    elsewhere = kit.post(family({"/card": "3509121201150002"}) | {"id": ID})
    assert (elsewhere.status, "replayed" in elsewhere.json) == (202, False)
    correction = {"lineage": first["lineage"], "code": first["correction_code"]}
    assert kit.post(other | {"id": str(uuid4()), "revision": 1, "correction": correction}).status == 202


def test_a_hundred_at_once_are_one_record(tmp_path: Path) -> None:
    kit = Intake(tmp_path, MemoryPublisher(manual=True))

    async def body() -> list[Reply]:
        sending = [
            asyncio.create_task(kit.ask("POST", "/v1/submissions", as_bytes(family() | {"id": ID}))) for _ in range(100)
        ]
        await settle(lambda: kit.log.load.records > 0)
        kit.log.acknowledge(100)
        return await asyncio.gather(*sending)

    replies = asyncio.run(body())
    assert {reply.status for reply in replies} == {202}
    assert sum("replayed" not in reply.json for reply in replies) == 1
    assert len({reply.json["receipt"]["code"] for reply in replies}) == len(kit.log.records) == 1


def test_a_form_whose_outcome_is_not_known_is_sent_again(tmp_path: Path) -> None:
    kit = Intake(tmp_path, MemoryPublisher(manual=True))
    form = as_bytes(family() | {"id": ID})

    async def body() -> tuple[Reply, Reply, Reply]:
        one, two = (asyncio.create_task(kit.ask("POST", "/v1/submissions", form)) for _ in range(2))
        await settle(lambda: kit.log.load.records > 0)
        kit.log.lose(1)
        lost = await asyncio.gather(one, two)
        again = asyncio.create_task(kit.ask("POST", "/v1/submissions", form))
        await settle(lambda: kit.log.load.records > 0)
        kit.log.acknowledge(1)
        return (*lost, await again)

    replies = asyncio.run(body())
    assert [reply.status for reply in replies] == [504, 504, 202]
    assert "replayed" not in replies[2].json


def test_lines_of_a_batch_repeat_as_single_forms_do(kit: Intake) -> None:
    form = family() | {"id": ID}
    one, two, three = kit.batch([form, form, family({"/members/2": None}) | {"id": ID}])
    assert (one["status"], two["status"], three["status"]) == (202, 202, 409)
    assert ("replayed" in one, two["replayed"]) == (False, True)
    assert one["receipt"]["code"] == two["receipt"]["code"]
    assert three["problem"]["code"] == "id-reused"
    assert len(kit.log.records) == 1


@pytest.mark.parametrize("written", [ID, f'"{ID}"', ID.upper()])
def test_an_idempotency_key_is_the_id(kit: Intake, written: str) -> None:
    first = kit.post(family(), Idempotency_Key=written)
    again = kit.post(family() | {"id": ID})
    assert first.json["id"] == ID
    assert again.json["replayed"] is True


@pytest.mark.parametrize(("key", "own"), [("7", None), ("x" * 36, None), ("6ae3751a-74c4-40ae-9801-cff863d76563", ID)])
def test_an_idempotency_key_that_does_not_fit_is_refused(kit: Intake, key: str, own: str | None) -> None:
    reply = kit.post(family() | ({"id": own} if own else {}), Idempotency_Key=key)
    assert (reply.status, reply.json["code"]) == (400, "idempotency-key")
    assert kit.log.records == []


def head(number: int, *, content: int = 0) -> Head:
    name = UUID(int=number).bytes
    return Head(Kind.SUBMISSION, Codec.JSON, "k1", number, 0, name, b"h" * 16, name, NOBODY, bytes([content]) * 32)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 1)), max_size=60))
def test_the_newest_are_remembered_as_they_were_and_the_rest_is_forgotten(sent: list[tuple[int, int]]) -> None:
    most = 8

    async def body() -> None:
        repeats, kept = Repeats(most), list[int]()
        for place, (number, content) in enumerate(sent):
            try:
                known = repeats.find(head(number))
            except Refused:
                known = None
            # A form that was among the last `most` is known, whatever became of the older ones.
            assert known is not None or number not in kept[-most:]
            if known is not None:
                assert known.replayed
                assert known.head.received_at == number
                await known.durable
                continue
            durable: asyncio.Future[Position] = asyncio.get_running_loop().create_future()
            durable.set_result(Position(0, place))
            first = Sent(head(number), durable)
            repeats.sent(first)
            if content:
                repeats.landed(first, Position(0, place))
            kept.append(number)

    asyncio.run(body())


def test_what_is_in_flight_is_remembered_by_its_content_too() -> None:
    async def body() -> None:
        repeats = Repeats()
        sent = Sent(head(1), asyncio.get_running_loop().create_future())
        repeats.sent(sent)
        with pytest.raises(Refused):
            repeats.find(head(1, content=1))
        repeats.lost(sent)
        assert repeats.find(head(1, content=1)) is None

    asyncio.run(body())


async def settle(until: Callable[[], bool]) -> None:
    async def turn() -> None:
        while not until():
            await asyncio.sleep(0)

    waiting: Awaitable[None] = turn()
    await asyncio.wait_for(waiting, 10)
