"""Kafka stopped and killed, intake killed at random, under load: what was answered 202 is on the log, and every sender
knows what to do.

`CACAH_SOAK=1` (make soak) stops Kafka for a minute rather than for seconds.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from cacah_client._duplex import CutOffError, Duplex
from kafka import KafkaConsumer, TopicPartition

from deploy.engines.local import LocalEngines
from shared.contracts.envelope import read_head
from shared.contracts.topics import SUBMISSIONS, topic_specs
from shared.runtime.keys import create_keys
from shared.runtime.settings import Settings
from shared.streaming.admin import apply_topics
from tests.families import family
from tests.intake_process import IntakeProcess, intake_process

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]

SOAK = os.environ.get("CACAH_SOAK") == "1"
OUTAGE_SECONDS = 60.0 if SOAK else 3.0
CALM_SECONDS = 10.0 if SOAK else 1.0
SENDERS = 16
PATIENCE = 120.0
NOWHERE = "mongodb://127.0.0.1:9/?replicaSet=none&serverSelectionTimeoutMS=200"


@dataclass
class Ledger:
    """What the senders were told. `places`: by submission id, every place that a 202 named."""

    places: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    unclear: set[str] = field(default_factory=set)
    """Ids of which an attempt ended without a clear answer."""
    without_wait: int = 0

    async def settle(self, client: httpx.AsyncClient, url: str) -> None:
        """Send one form until it is accepted, always under the same id, as a client should."""
        submission = str(uuid4())
        form = family({"/id": submission})
        self.places[submission] = set()
        async with asyncio.timeout(PATIENCE):
            while not await self._attempt(client, url, submission, form):
                pass

    async def _attempt(self, client: httpx.AsyncClient, url: str, submission: str, form: object) -> bool:
        try:
            reply = await client.post(f"{url}/v1/submissions", json=form)
        except httpx.TransportError:
            self.unclear.add(submission)
            await asyncio.sleep(0.2)
            return False
        self.statuses[reply.status_code] += 1
        if reply.status_code == 202:
            receipt = reply.json()["receipt"]
            self.places[submission].add((receipt["partition"], receipt["offset"]))
            return True
        assert reply.status_code in {503, 504}, reply.text
        if reply.status_code == 504:
            self.unclear.add(submission)
        self.without_wait += "retry-after" not in reply.headers
        await asyncio.sleep(float(reply.headers.get("retry-after", 1)) / 4)
        return False


@asynccontextmanager
async def load(url: str) -> AsyncIterator[Ledger]:
    """Senders that are all satisfied at the end."""
    ledger, stop = Ledger(), asyncio.Event()

    async def send() -> None:
        # A connection each: a worker that dies must not take the whole pool's luck with it.
        async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_keepalive_connections=1)) as client:
            while not stop.is_set():
                await ledger.settle(client, url)

    async with asyncio.TaskGroup() as senders:
        for _ in range(SENDERS):
            senders.create_task(send())
        try:
            yield ledger
        finally:
            stop.set()


@dataclass(frozen=True)
class Scene:
    engines: LocalEngines
    settings: Settings


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A Kafka of its own, to be stopped and killed; no MongoDB at all: the public's forms do not need it."""
    folder = tmp_path_factory.mktemp("outage")
    engines = LocalEngines(folder / "engines", kafka_port=0, fast_start=True, only=frozenset({"kafka"}))
    with engines:
        settings = Settings(
            kafka=f"127.0.0.1:{kafka_port(engines)}",
            mongo=NOWHERE,
            state=folder / "state",
            keys=folder / "keys",
            partitions=2,
        )
        create_keys(settings.keys)
        apply_topics(settings.kafka, topic_specs(settings.partitions, settings.generation))
        yield Scene(engines, settings)


def kafka_port(engines: LocalEngines) -> int:
    assert engines._kafka is not None
    return engines._kafka.port


def heads(servers: str) -> dict[tuple[int, int], str]:
    """Submission ids of the log, by place."""
    consumer = KafkaConsumer(bootstrap_servers=servers, group_id=None, enable_auto_commit=False)
    found: dict[tuple[int, int], str] = {}
    try:
        partitions = [TopicPartition(SUBMISSIONS, each) for each in consumer.partitions_for_topic(SUBMISSIONS) or ()]
        ends = consumer.end_offsets(partitions)
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        while any(consumer.position(each) < ends[each] for each in partitions):
            for records in consumer.poll(timeout_ms=2000).values():
                for record in records:
                    found[record.partition, record.offset] = str(UUID(bytes=read_head(record.value)[0].id))
    finally:
        consumer.close()
    return found


def run_under_load(
    scene: Scene, trouble: Callable[[IntakeProcess], Awaitable[None]], *, workers: int = 1
) -> tuple[Ledger, dict[tuple[int, int], str]]:
    """The senders' ledger, and what the log holds of their forms."""

    async def all_of_it(intake: IntakeProcess) -> Ledger:
        async with load(intake.url) as ledger:
            await asyncio.sleep(CALM_SECONDS)
            await trouble(intake)
            await asyncio.sleep(CALM_SECONDS)
        return ledger

    settings = replace(scene.settings, state=scene.settings.state / uuid4().hex[:8])
    with intake_process(settings, workers=workers) as intake:
        ledger = asyncio.run(all_of_it(intake))
    log = heads(scene.settings.kafka)
    return ledger, {place: submission for place, submission in log.items() if submission in ledger.places}


def hold_against_the_log(ledger: Ledger, log: dict[tuple[int, int], str]) -> None:
    """Every 202 is where it says, every form is there, and none is there twice without its sender having a doubt."""
    promised = {place: submission for submission, places in ledger.places.items() for place in places}
    assert len(promised) >= len(ledger.places) > 5
    assert {place: log.get(place) for place in promised} == promised
    times = Counter(log.values())
    assert times.keys() == ledger.places.keys()
    assert {submission for submission, count in times.items() if count > 1} <= ledger.unclear
    assert ledger.without_wait == 0
    sys.stdout.write(
        f"forms={len(ledger.places)} answers={dict(ledger.statuses)} unclear={len(ledger.unclear)} records={len(log)}\n"
    )


@pytest.mark.parametrize("way", ["stopped", "killed"])
def test_kafka_goes_and_comes_back_under_load(scene: Scene, way: str) -> None:
    async def trouble(intake: IntakeProcess) -> None:
        scene.engines.kill_kafka(signal.SIGSTOP if way == "stopped" else signal.SIGKILL)
        await until(intake, "/readyz", 503)
        assert intake.answers("/livez") == 200
        async with httpx.AsyncClient(timeout=60) as client:
            refused = await client.post(f"{intake.url}/v1/submissions", json=family())
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        await asyncio.sleep(OUTAGE_SECONDS)
        assert intake.answers("/livez") == 200
        if way == "stopped":
            scene.engines.kill_kafka(signal.SIGCONT)
        else:
            await asyncio.to_thread(scene.engines.restart_kafka)
        await until(intake, "/readyz", 200)

    ledger, log = run_under_load(scene, trouble)
    hold_against_the_log(ledger, log)
    # In a short outage everybody waits for an acknowledgement that then comes.
    assert not SOAK or ledger.statuses[503] > SENDERS


def test_intake_is_killed_at_random_under_load(scene: Scene) -> None:
    chance = random.Random(6)

    async def trouble(intake: IntakeProcess) -> None:
        for _ in range(8 if SOAK else 3):
            await asyncio.sleep(chance.uniform(0.3, 1.5))
            os.kill(chance.choice(intake.workers()), signal.SIGKILL)

    ledger, log = run_under_load(scene, trouble, workers=2)
    hold_against_the_log(ledger, log)
    assert ledger.unclear


def test_intake_that_is_told_to_end_answers_what_it_took(scene: Scene) -> None:
    """Nobody is left with half an answer: a request is answered, or its connection was never accepted."""

    async def all_of_it(intake: IntakeProcess) -> tuple[Ledger, list[str]]:
        ledger, cut = Ledger(), []

        async def send() -> None:
            async with httpx.AsyncClient(timeout=60) as client:
                while True:
                    submission = str(uuid4())
                    ledger.places[submission] = set()
                    try:
                        done = await ledger._attempt(client, intake.url, submission, family({"/id": submission}))
                    finally:
                        if submission in ledger.unclear:
                            cut.append(submission)
                    if not done:
                        return

        async with asyncio.TaskGroup() as senders:
            for _ in range(SENDERS):
                senders.create_task(send())
            deadline = time.monotonic() + 60
            while sum(map(bool, ledger.places.values())) < SENDERS and time.monotonic() < deadline:
                await asyncio.sleep(0.05)
            intake.process.terminate()
        return ledger, cut

    settings = replace(scene.settings, state=scene.settings.state / "drain")
    with intake_process(settings) as intake:
        ledger, cut = asyncio.run(all_of_it(intake))
        assert intake.process.wait(40) in {0, -signal.SIGTERM}
    log = heads(settings.kafka)
    promised = {place: submission for submission, places in ledger.places.items() for place in places}
    assert {place: log.get(place) for place in promised} == promised
    assert len(promised) > 5
    assert not set(cut) & set(log.values()), "accepted and not answered"


def test_a_batch_that_is_open_is_ended_when_intake_is(scene: Scene) -> None:
    """Its client may have nothing to say for minutes; what it sent is answered, and the rest is for another intake."""
    settings = replace(scene.settings, state=scene.settings.state / "stream")
    line = json.dumps(family()).encode()
    with intake_process(settings) as intake:
        headers = {"content-type": "application/x-ndjson"}
        with Duplex(f"{intake.url}/v1/submissions:batch", headers, connect=5, silence=25) as batch:
            for _ in range(3):
                batch.send(line)
            answers: list[dict[str, Any]] = []
            while len(answers) < 3:
                answers += batch.answers(wait=True)
            intake.process.terminate()
            with pytest.raises(CutOffError, match="ended early"):
                batch.answers(wait=True)
        assert [each["status"] for each in answers] == [202] * 3
        assert intake.process.wait(25) in {0, -signal.SIGTERM}


async def until(intake: IntakeProcess, path: str, status: int) -> None:
    async with asyncio.timeout(60):
        while await asyncio.to_thread(intake.answers, path) != status:
            await asyncio.sleep(0.05)
