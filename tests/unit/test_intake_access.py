"""Who may: the key of a request, the copy of the partners, and what a route says without one."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Depends

from services.intake.access import Access, require
from services.intake.problems import Refused
from shared.runtime.partners import MemoryPartners, Partner, make_key
from tests.families import family
from tests.partners import MADE, partner
from tests.unit.intake_kit import Intake, as_bytes


class Times:
    """A calendar and a stopwatch that stand still."""

    def __init__(self) -> None:
        self.now = MADE
        self.seconds = 0.0

    def access(self, store: MemoryPartners) -> Access:
        return Access(store, lambda: self.now, lambda: self.seconds)

    def wait(self, seconds: float) -> datetime:
        self.seconds += seconds
        self.now += timedelta(seconds=seconds)
        return self.now


def run(body: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await body()

    asyncio.run(whole())


async def code_of(asked: Awaitable[Partner]) -> str:
    try:
        return (await asked).id
    except Refused as refused:
        return refused.code


def test_a_key_names_its_partner_and_its_scopes_bound_it() -> None:
    async def body() -> None:
        some, key = partner("dinas", "read")
        access = Times().access(MemoryPartners(some))
        assert await access.admit(f"Bearer {key}", "read") == some
        assert await access.admit(f"bearer  {key}", "read") == some
        for authorization, code in (
            ("", "key-missing"),
            ("Basic dXNlcjpwYXNz", "key-missing"),
            ("Bearer", "key-missing"),
            ("Bearer CCH-7K3M-Q9XD", "key-unknown"),
            (f"Bearer {make_key()}", "key-unknown"),
            (f"Bearer cacah_{key.id}_{'0' * 48}", "key-unknown"),
        ):
            assert await code_of(access.admit(authorization, "read")) == code
        assert await code_of(access.admit(f"Bearer {key}", "operate")) == "scope-missing"

    run(body)


def test_a_new_key_is_known_at_once_and_a_revoked_one_ends_with_the_next_look() -> None:
    async def body() -> None:
        times, store = Times(), MemoryPartners()
        access = times.access(store)
        await access.renew()
        some, key = partner()
        await store.add(some)
        assert await code_of(access.admit(f"Bearer {key}", "submit")) == some.id
        await store.change(some.revoked(times.now))
        await access.renew()
        assert await code_of(access.admit(f"Bearer {key}", "submit")) == "key-unknown"

    run(body)


def test_a_key_past_its_end_is_refused_without_a_look() -> None:
    async def body() -> None:
        times = Times()
        some, old = partner()
        access = times.access(MemoryPartners(some.rotated(make_key(), MADE, MADE + timedelta(seconds=60))))
        assert await code_of(access.admit(f"Bearer {old}", "submit")) == some.id
        times.wait(60)
        assert await code_of(access.admit(f"Bearer {old}", "submit")) == "key-unknown"

    run(body)


def test_made_up_keys_do_not_become_load_on_the_store() -> None:
    async def body() -> None:
        times, store = Times(), MemoryPartners()
        access = times.access(store)
        for _ in range(100):
            assert await code_of(access.admit(f"Bearer {make_key()}", "submit")) == "key-unknown"
        assert store.looks == 1

    run(body)


def test_a_store_that_is_away_locks_nobody_out() -> None:
    async def body() -> None:
        some, key = partner()
        times, store = Times(), MemoryPartners(some)
        store.away = True
        access = times.access(store)
        assert await code_of(access.admit(f"Bearer {key}", "submit")) == "unavailable"
        store.away = False
        times.wait(2)
        assert await code_of(access.admit(f"Bearer {key}", "submit")) == some.id
        store.away = True
        times.wait(3600)
        await access.renew()
        assert await code_of(access.admit(f"Bearer {key}", "submit")) == some.id

    run(body)


def test_use_is_noted_once_a_minute_and_not_lost_while_the_store_is_away() -> None:
    async def body() -> None:
        some, key = partner()
        times, store = Times(), MemoryPartners(some)
        access = times.access(store)
        times.wait(90)
        await access.admit(f"Bearer {key}", "submit")
        store.away = True
        await access.stop()
        store.away = False
        await access.stop()
        (known,) = await store.all()
        assert known.keys[0].used_at == MADE + timedelta(minutes=1)

    run(body)


@pytest.fixture
def kit(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


def test_a_route_that_requires_a_scope_answers_problems(kit: Intake) -> None:
    some, key = partner("dinas", "read")
    other, weak = partner("sekolah-a", "submit")
    kit.partners.put(some, other)

    @kit.app.get("/v1/looked-at", response_model=None)
    async def looked_at(who: Annotated[Partner, Depends(require("read"))]) -> str:
        return who.id

    def ask(*, key: object = None, language: str = "en") -> tuple[int, str, str | None]:
        headers = {"accept-language": language} | ({"authorization": f"Bearer {key}"} if key else {})
        reply = asyncio.run(kit.ask("GET", "/v1/looked-at", headers=headers))
        return (
            reply.status,
            reply.json if reply.status == 200 else reply.json["title"],
            reply.headers.get("www-authenticate"),
        )

    assert ask(key=key) == (200, "dinas", None)
    assert ask() == (401, "A partner's key is needed", 'Bearer realm="cacah"')
    assert ask(language="id") == (401, "Perlu kunci mitra", 'Bearer realm="cacah"')
    assert ask(key=make_key()) == (401, "The key is not valid", 'Bearer realm="cacah"')
    assert ask(key=weak) == (403, "This key is not meant for this action", None)


def test_lines_are_sent_as_the_partner_whose_key_it_is(kit: Intake) -> None:
    some, key = partner("sekolah-a", "submit")
    reader, weak = partner("pembaca", "read")
    kit.partners.put(some, reader)

    def send(key: object) -> int:
        body, headers = as_bytes(family()) + b"\n", {"authorization": f"Bearer {key}"}
        return asyncio.run(kit.ask("POST", "/v1/submissions:batch", body, headers)).status

    assert send(key) == 200
    assert send(weak) == 403
    assert send(make_key()) == 401
    assert [head.sender for head, _ in kit.opened()] == [some.sender]
