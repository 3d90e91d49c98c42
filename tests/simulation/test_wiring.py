"""What is simulated is what runs: the services' own wiring builds the same engine, folds and inlets."""

import asyncio
from pathlib import Path
from random import Random
from typing import Any

import pytest

from services.aggregator import wiring as aggregator
from services.deduplicator import wiring as deduplicator
from services.validator import wiring as validator
from shared.contracts.topics import SUBMISSIONS, changes_topic, claims_topic
from shared.ledger.engine import PartitionEngine
from shared.ledger.origin import Origin
from shared.ledger.ports import BEGINNING, Position
from shared.runtime.keys import create_keys
from shared.runtime.settings import Settings
from shared.streaming.source import PartitionSource
from shared.streaming.stage import Plumbing
from tests.simulation.census import KnownRecords
from tests.simulation.generation import Generation, Parts
from tests.simulation.loop import Actor, Scheduler
from tests.simulation.published import Published
from tests.simulation.world import Source, Topic

_STAGES = {"validator": validator, "deduplicator": deduplicator, "aggregator": aggregator}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a system whose Kafka and MongoDB nobody asks."""
    settings = Settings(state=tmp_path, keys=tmp_path / "keys")
    create_keys(settings.keys)
    counts = {SUBMISSIONS: 2, claims_topic("g1"): 2, changes_topic("g1"): 1}

    async def no_producer(*_: object, **__: object) -> None:
        return None

    async def nothing_restored(_: object) -> Position:
        return BEGINNING

    async def nothing_claimed(_: object) -> None:
        return None

    async def silent(_: object) -> bool:
        return False

    for wiring in _STAGES.values():
        monkeypatch.setattr(wiring, "claim_origin", lambda _: Origin("cluster", SUBMISSIONS, "id", counts))
        monkeypatch.setattr(wiring, "partition_counts", lambda _, names: [2] * len(names))
    monkeypatch.setattr(Plumbing, "producer", no_producer)
    monkeypatch.setattr("services.aggregator.checkpoint.Checkpoints.restore", nothing_restored)
    monkeypatch.setattr("services.aggregator.checkpoint.Checkpoints.claim", nothing_claimed)
    monkeypatch.setattr("shared.streaming.watch.GenerationWatch.is_live", silent)
    return settings


def parts_of(engine: PartitionEngine[Any]) -> tuple[type, ...]:
    return type(engine), type(engine._fold), type(engine._inlet)


async def built(settings: Settings, stage: str) -> PartitionEngine[Any]:
    worker = _STAGES[stage].build_worker(settings)
    # A source is never asked before the engine runs.
    opened = await worker._open_partition(0, PartitionSource(None, None))  # type: ignore[arg-type]
    opened.close()
    engine: PartitionEngine[Any] = opened.engine
    return engine


async def simulated(stage: str) -> PartitionEngine[Any]:
    scheduler = Scheduler(Random(1))
    generation = Generation(
        number=1,
        scheduler=scheduler,
        parts=Parts(1, KnownRecords([])),
        log=Topic.of(2),
        published=Published(),
        is_live=lambda: False,
        on_end=lambda *_: None,
        claims=Topic.of(2),
    )
    life = Actor(stage)
    source = Source(generation.input(stage), 0, {}, scheduler, life)
    worker = next(each for each in generation.workers if each.stage == stage)
    made = generation._aggregator if stage == "aggregator" else generation._keyed
    task = scheduler.loop.create_task(made(worker, life, 0, source))
    while not task.done():
        assert scheduler.advance()
    engine: PartitionEngine[Any] = task.result()
    return engine


@pytest.mark.parametrize("stage", _STAGES)
def test_the_engine_that_is_simulated_is_the_one_that_the_services_build(settings: Settings, stage: str) -> None:
    real = asyncio.run(built(settings, stage))
    tried = asyncio.run(simulated(stage))
    assert parts_of(tried) == parts_of(real)
    assert type(real) is PartitionEngine
    assert (real._limits.overlap == 1) == (stage == "aggregator"), "overlap is 1 to 3, and 1 where totals are in memory"
    assert type(real._ports.store).__name__ == {"aggregator": "TotalsStore"}.get(stage, "RocksStore")
