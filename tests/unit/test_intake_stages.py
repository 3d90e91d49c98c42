"""How operators see the stages: who may look, and what a look costs."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from kafka.errors import KafkaConnectionError

from services.intake.operator.stages import LookedAtStages, MemoryStages
from services.intake.problems import Refused
from shared.streaming.progress import Looker, Stage, Status
from tests.partners import partner
from tests.unit.intake_kit import Intake


def status(done: int) -> Status:
    stage = Stage(
        name="validator",
        topic="sensus.submission.received.v1",
        positions=(done, done),
        ends=(100, 100),
        entries=1,
        lag_seconds=1.5,
    )
    return Status(
        generation="g1",
        people=done * 3,
        households=done,
        people_rate=None,
        as_of="2026-11-01T00:00:00.000000Z",
        counted_up_to=(done, done),
        waiting=200 - 2 * done,
        behind_seconds=1.5,
        stages=(stage,),
        conflicts={"open": 1},
        rejections={},
        newest_rejections=(),
    )


@dataclass
class Engines:
    """What a looker finds; `away` for as long as nothing answers."""

    done: int = 0
    away: bool = False
    opened: int = 0
    looks: int = 0
    closed: int = 0
    now: float = 100.0
    stages: LookedAtStages = field(init=False)

    def __post_init__(self) -> None:
        self.stages = LookedAtStages(self._open, clock=lambda: self.now)

    def _open(self) -> Looker:
        self.opened += 1
        return cast("Looker", self)

    def look(self) -> Status:
        self.looks += 1
        if self.away:
            raise KafkaConnectionError("nobody there")
        return status(self.done)

    def close(self) -> None:
        self.closed += 1


def test_rates_are_between_two_looks_that_are_two_seconds_apart() -> None:
    async def story() -> None:
        engines = Engines()
        assert (await engines.stages.look())["stages"][0]["rate"] is None
        for _ in range(6):
            engines.now += 1.0
            engines.done += 10
            shown = await engines.stages.look()
        assert shown["stages"][0]["rate"] == 20.0
        assert shown["people_rate"] == 30.0
        assert shown["stages"][0]["lag"] == 80

    asyncio.run(story())


def test_a_crowd_that_looks_is_one_look() -> None:
    async def story() -> None:
        engines = Engines()
        await asyncio.gather(*(engines.stages.look() for _ in range(20)))
        assert (engines.looks, engines.opened) == (1, 1)

    asyncio.run(story())


def test_engines_that_are_away_are_tried_again_with_new_connections() -> None:
    async def story() -> None:
        engines = Engines()
        await engines.stages.look()
        engines.away, engines.now = True, engines.now + 1
        with pytest.raises(Refused, match="unavailable"):
            await engines.stages.look()
        assert engines.closed == 1
        engines.away = False
        assert (await engines.stages.look())["people"] == 0
        assert engines.opened == 2

    asyncio.run(story())


def test_stages_are_for_keys_that_may_read(tmp_path: Path) -> None:
    kit = Intake(tmp_path, stages=MemoryStages(status(7)))
    reader, key = partner("dinas", "read")
    sender, other = partner("sekolah", "submit")
    kit.partners.put(reader, sender)

    def ask(path: str, bearer: object) -> int:
        reply = asyncio.run(kit.ask("GET", path, headers={"authorization": f"Bearer {bearer}"} if bearer else {}))
        return reply.status

    for path in ("/v1/operations/stages", "/v1/operations/me"):
        assert (ask(path, None), ask(path, other), ask(path, key)) == (401, 403, 200)
    me = asyncio.run(kit.ask("GET", "/v1/operations/me", headers={"authorization": f"Bearer {key}"})).json
    assert me == {"id": "dinas", "name": "Dinas", "scopes": ["read"]}
