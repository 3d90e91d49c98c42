"""A stage as a Faust worker: one engine per assigned partition, fed with whole batches.

Faust does what it is good at: group membership, assignment, fetching, back pressure. Positions and commits are the
ledger's. Whatever goes wrong in an engine ends the process at once; a supervisor starts it again, and it looks.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn, Protocol

import faust
import mode
import mode.loop
from faust.types import TP

from shared.ledger.entry import Record
from shared.ledger.errors import LedgerError
from shared.streaming.ends import reach
from shared.streaming.groups import group_id
from shared.streaming.source import PartitionSource
from shared.streaming.transport import SCHEME, BatchConsumer, BatchScheduler, BatchSchema, register_transport

logger = logging.getLogger(__name__)

FAILED = 1
_SESSION_SECONDS = 10.0
_TAKEOVER_SECONDS = 600.0
_LOOK_SECONDS = 2.0
_COMMIT_SECONDS = 30.0


class Engine(Protocol):
    """What runs one partition; see `shared.ledger.engine`."""

    async def take_over(self) -> int: ...
    async def run(self) -> None: ...


@dataclass(frozen=True, slots=True)
class OpenEngine:
    """`exact`: the input is the log, where no position but the engine's own will do. Of inner topics, what retention
    took is fetched from the ledger, so reading begins with what there is."""

    engine: Engine
    exact: bool
    close: Callable[[], None]


OpenPartition = Callable[[int, PartitionSource], Awaitable[OpenEngine]]
"""Builds the engine of one partition; called again after every assignment."""

ReasonToLeave = Callable[[], Awaitable[str]]
"""Asked every few seconds; not empty where this process is to end and start anew."""


@dataclass(frozen=True, slots=True)
class Stage:
    """`name` is part of the consumer group's id; `instance` tells this worker from others of its group and stays the
    same across its restarts, so that a restart does not wait for a session to end. `folder` is for Faust's files."""

    name: str
    generation: str
    topic: str
    instance: str
    servers: str
    folder: str


@dataclass(slots=True)
class _Running:
    source: PartitionSource
    opened: OpenEngine
    task: asyncio.Task[None]


async def _none() -> str:
    return ""


class StageWorker:
    """Owns the engines of the partitions that this worker has."""

    def __init__(self, stage: Stage, open_partition: OpenPartition, reason_to_leave: ReasonToLeave = _none) -> None:
        self._stage = stage
        self._open_partition = open_partition
        self._reason_to_leave = reason_to_leave
        self._running: dict[TP, _Running] = {}
        # One rebalance may come while another one is still being answered: a partition must not be taken over twice.
        self._changing = asyncio.Lock()
        self._commit: object | None = None
        self._commit_since = 0.0
        self.app = _create_app(stage, self)

    @property
    def folder(self) -> str:
        return self._stage.folder

    @property
    def partitions(self) -> list[int]:
        return sorted(tp.partition for tp in self._running)

    async def positions(self, assigned: frozenset[TP]) -> Mapping[TP, int]:
        """Take over what is newly assigned; for what already runs, go on after what its engine was fed."""
        found: dict[TP, int] = {}
        async with self._changing:
            for tp in sorted(assigned, key=lambda each: each.partition):
                running = self._running.get(tp)
                found[tp] = await self._start(tp) if running is None else running.source.next_offset
        return found

    async def release(self, revoked: frozenset[TP]) -> None:
        async with self._changing:
            for tp in revoked & self._running.keys():
                running = self._running.pop(tp)
                running.task.cancel()
                await asyncio.wait([running.task])
                running.opened.close()

    async def look_around(self) -> None:
        """Leaves where there is a reason to."""
        reason = await self._reason_to_leave() or self._hanging()
        if reason:
            leave(f"{self._stage.name}: {reason}")

    def _hanging(self) -> str:
        """A client whose group has given it up may never hear of it: its commit then waits for ever, while it goes on to
        be fed and so to write into the ledger before the worker that has the partition now."""
        consumer, now = self.app.consumer, monotonic()
        commit = consumer.committing if isinstance(consumer, BatchConsumer) else None
        # A takeover may rebuild a store, for as long as that takes.
        if commit is None or commit is not self._commit or self._changing.locked():
            self._commit, self._commit_since = commit, now
        waiting = now - self._commit_since
        return f"a commit has not come back for {waiting:.0f} s" if waiting > _COMMIT_SECONDS else ""

    def deliver(self, tp: TP, fetched: list[Any]) -> None:
        running = self._running.get(tp)
        if running is not None:
            running.source.feed([Record(record.offset, record.value or b"") for record in fetched])

    async def _start(self, tp: TP) -> int:
        source = PartitionSource(tp, _ConsumerFlow(self.app, self._stage.servers))
        try:
            opened = await self._open_partition(tp.partition, source)
            position = await opened.engine.take_over()
        except LedgerError as problem:
            leave(f"{self._stage.name} cannot take over: {problem}")
        if not opened.exact:
            position = await self._within_topic(tp, position)
        source.next_offset = position
        task = asyncio.create_task(opened.engine.run(), name=f"{self._stage.name}-{tp.partition}")
        task.add_done_callback(self._ended)
        self._running[tp] = _Running(source, opened, task)
        logger.info("%s took over partition=%s offset=%s", self._stage.name, tp.partition, position)
        return position

    async def _within_topic(self, tp: TP, position: int) -> int:
        first, end = await reach(self._stage.servers, tp.topic, tp.partition)
        return position if first <= position <= end else first

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        problem = task.exception()
        while isinstance(problem, BaseExceptionGroup):
            problem = problem.exceptions[0]
        expected = isinstance(problem, LedgerError)
        logger.error("%s leaves: %s", task.get_name(), problem, exc_info=None if expected else problem)
        leave(f"{task.get_name()} ended")


def leave(reason: str) -> NoReturn:
    """End the process without another step: nothing that is half done may go on."""
    logger.error("%s; exit %s", reason, FAILED)
    logging.shutdown()
    os._exit(FAILED)


class _ConsumerFlow:
    def __init__(self, app: "_StageApp", servers: str) -> None:
        self._app = app
        self._servers = servers

    def pause(self, tp: TP) -> None:
        self._app.consumer.pause_partitions([tp])

    def resume(self, tp: TP) -> None:
        self._app.consumer.resume_partitions([tp])

    def acknowledge(self, tp: TP, last: int) -> None:
        consumer = self._app.consumer
        if isinstance(consumer, BatchConsumer):
            consumer.acknowledge(tp, last)

    async def acknowledged(self, tp: TP) -> int:
        consumer = self._app.consumer
        told = await consumer.acknowledged(tp) if isinstance(consumer, BatchConsumer) else -1
        if told < 0:
            return -1
        # What this topic does not have was said of another one of its name.
        first, end = await reach(self._servers, tp.topic, tp.partition)
        return told if first <= told < end else -1


class _StageApp(faust.App):
    stage_worker: StageWorker

    def _new_consumer(self) -> Any:
        consumer = super()._new_consumer()
        consumer.positions = self.stage_worker.positions  # type: ignore[attr-defined]  # BatchConsumer's, by the broker URL's scheme
        return consumer


def _create_app(stage: Stage, worker: StageWorker) -> _StageApp:
    register_transport()
    app = _StageApp(
        group_id(stage.name, stage.generation),
        ConsumerScheduler=BatchScheduler,
        broker=[f"{SCHEME}://{server}" for server in stage.servers.split(",")],
        autodiscover=False,
        datadir=stage.folder,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        worker_redirect_stdouts=False,
        broker_session_timeout=_SESSION_SECONDS,
        broker_heartbeat_interval=_SESSION_SECONDS / 4,
        broker_request_timeout=_TAKEOVER_SECONDS,
        broker_commit_interval=1.0,
        broker_max_poll_records=5_000,
        broker_max_poll_interval=_TAKEOVER_SECONDS,
        consumer_auto_offset_reset="none",
        consumer_max_fetch_size=2 << 20,
        consumer_group_instance_id=stage.instance,
        stream_buffer_maxsize=8,
        stream_wait_empty=False,
        stream_publish_on_commit=False,
    )
    app.stage_worker = worker
    topic = app.topic(stage.topic, schema=BatchSchema())

    async def deliver(stream: faust.StreamT[Any]) -> None:
        # The interface that agents are typed with lacks what the stream itself has.
        async for event in stream.noack().events():  # type: ignore[attr-defined]
            message = event.message
            # What was fetched before a rebalance may be in the queue still; it is fetched again.
            if message.generation_id == app.consumer_generation_id:
                worker.deliver(message.tp, message.value)

    app.agent(topic, name=f"cacah.{stage.name}", supervisor_strategy=mode.CrashingSupervisor)(deliver)

    async def revoked(_: Any, tps: set[TP], *__: Any, **___: Any) -> None:
        await worker.release(frozenset(tps))

    app.timer(_LOOK_SECONDS)(worker.look_around)

    # The signal calls its receivers with keyword arguments of its own, which its type does not say.
    app.on_partitions_revoked.connect(revoked, weak=False)  # type: ignore[arg-type]
    return app


class _Worker(faust.Worker):
    """Ends when its services have: the usual one waits for two seconds more, for tasks that nobody ends and for none."""

    def _gather_all(self) -> None:
        for task in asyncio.all_tasks(loop=self.loop):
            task.cancel()

    async def _sentinel_task(self) -> None:
        await asyncio.sleep(0)


def run_worker(worker: StageWorker) -> None:
    """Run until a signal; does not return."""
    mode.loop.use("uvloop")
    Path(worker.folder).mkdir(parents=True, exist_ok=True)
    _Worker(
        worker.app, quiet=True, loglevel=None, redirect_stdouts=False, override_logging=False
    ).execute_from_commandline()
