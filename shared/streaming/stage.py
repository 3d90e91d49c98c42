"""A stage with a keyed state: a fold, its ledger in MongoDB, its store on this machine, its outputs on Kafka."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic

from aiokafka import AIOKafkaProducer

from shared.ledger.batching import Limits
from shared.ledger.engine import PartitionEngine, Ports
from shared.ledger.fold import Fold, Prepared
from shared.ledger.inlet import Inlet, LogInlet
from shared.ledger.mongo import MongoLedger, connect, durable
from shared.ledger.rocks import StoreMemory, open_store
from shared.runtime.settings import Settings
from shared.streaming.aside import MongoAside
from shared.streaming.sink import KafkaSink, create_producer
from shared.streaming.source import PartitionSource
from shared.streaming.watch import GenerationWatch
from shared.streaming.worker import OpenEngine, Stage, StageWorker


class SystemClock:
    def monotonic(self) -> float:
        return monotonic()


@dataclass(frozen=True, slots=True)
class KeyedStage(Generic[Prepared]):
    """What tells one keyed stage from another.

    `ledger` names its collection without the generation; `targets` are the partitions of `output`, `outer` those of
    the topics that notices go to. `store_bytes`: what all its stores in a process may have in memory.
    """

    name: str
    input: str
    ledger: str
    output: str
    targets: int
    outer: int
    fold: Fold[Prepared]
    inlet: Callable[[int, "Plumbing"], Inlet]
    store_bytes: int


class Plumbing:
    """The connections of one worker process, opened when they are first needed."""

    def __init__(self, settings: Settings, name: str) -> None:
        self.settings = settings
        self.worker = f"{name}-{settings.instance}"
        self.client = connect(settings.mongo)
        self.database = self.client[settings.database]
        self.watch = GenerationWatch(self.database, settings)
        self._producer: AIOKafkaProducer | None = None

    async def producer(self, transactional_id: str | None = None) -> AIOKafkaProducer:
        if self._producer is None:
            self._producer = create_producer(self.settings.kafka, client=self.worker, transactional_id=transactional_id)
            await self._producer.start()
        return self._producer

    def ledger(self, name: str) -> MongoLedger:
        collection = durable(self.database, f"{name}.{self.settings.generation}")
        return MongoLedger(collection, worker=self.worker)

    def aside(self, topic: str, partition: int) -> MongoAside:
        return MongoAside(self.database, generation=self.settings.generation, topic=topic, partition=partition)


def keyed_stage_worker(settings: Settings, stage: KeyedStage[Any], limits: Limits | None = None) -> StageWorker:
    """The worker of a keyed stage; nothing is opened before it runs."""
    plumbing, memory = Plumbing(settings, stage.name), StoreMemory(stage.store_bytes)

    async def open_partition(partition: int, source: PartitionSource) -> OpenEngine:
        folder = settings.state / "store" / settings.generation / plumbing.worker / str(partition)
        store = open_store(folder, memory)
        sink = KafkaSink(
            await plumbing.producer(),
            plumbing.database,
            topic=stage.output,
            targets=stage.targets,
            partitions=stage.outer,
            source=f"/cacah/{stage.name}",
            generation=settings.generation,
            silent=not await plumbing.watch.is_live(),
        )
        ports = Ports(source, plumbing.ledger(stage.ledger), store, sink, SystemClock())
        inlet = stage.inlet(partition, plumbing)
        engine = PartitionEngine(partition, stage.fold, inlet, ports, limits or Limits())
        return OpenEngine(engine, isinstance(inlet, LogInlet), store.close)

    return StageWorker(worker_stage(settings, stage.name, stage.input), open_partition, plumbing.watch.reason_to_leave)


def worker_stage(settings: Settings, name: str, topic: str) -> Stage:
    instance = f"{name}-{settings.instance}"
    folder = settings.state / "faust" / settings.generation / instance
    return Stage(name, settings.generation, topic, instance, settings.kafka, str(folder))
