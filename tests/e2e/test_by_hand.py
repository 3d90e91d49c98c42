"""What somebody may do to a running system by hand: two workers on a partition, stores deleted, groups set back, the
database lost. The sums stay right, and a restored system comes to the same ones."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from faust.types import TP
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.structs import OffsetAndMetadata
from pymongo import MongoClient

from deploy.engines import Endpoints
from services.cli.known import read_settings
from services.validator.wiring import build_worker as build_validator
from shared.contracts.topics import SUBMISSIONS, topic_specs
from shared.ledger.entry import Record
from shared.ledger.errors import Fenced
from shared.runtime.settings import Settings
from shared.streaming.admin import apply_topics
from shared.streaming.groups import group_id, stage_inputs
from shared.streaming.source import PartitionSource
from shared.streaming.worker import OpenEngine
from tests.integration.worker_kit import fresh_topics
from tests.running import Cacah, dev, run_cacah

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]
_DATABASE = "by_hand"
_LEAVES = "it owns the partition now, this one leaves"


@pytest.fixture(scope="module")
def environment(engines: Endpoints) -> Iterator[dict[str, str]]:
    """Of a system on engines that outlive it."""
    fresh_topics(engines.kafka)
    yield {
        "CACAH_KAFKA": engines.kafka,
        "CACAH_MONGO": engines.mongo,
        "CACAH_DATABASE": _DATABASE,
        "CACAH_PARTITIONS": "2",
    }
    fresh_topics(engines.kafka)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("by_hand") / "state"


def generate(system: Cacah, seed: int, households: int = 60) -> None:
    sent = system.run("generate", "--region", "35.09", "--households", str(households), "--seed", str(seed), "--json")
    assert sent.returncode == 0, sent.stderr
    assert json.loads(sent.stdout)["accepted"] >= households


def audit(system: Cacah) -> int:
    """People, by the log and by the totals alike."""
    system.wait_until_counted()
    done = system.run("audit", "--json")
    assert done.returncode == 0, done.stdout
    return int(json.loads(done.stdout)["people"])


def pid_of(system: Cacah, name: str) -> int:
    """Of a worker under the supervisor."""
    running = json.loads((system.state / "run.json").read_bytes())
    return next(int(each["pid"]) for each in running["processes"] if each["name"] == name)


def test_a_running_system_is_right_whatever_hands_do_to_it(
    environment: dict[str, str], state: Path, tmp_path: Path
) -> None:
    with dev(state, **environment) as system:
        generate(system, 51)
        before = audit(system)
        _put_two_workers_on_one_partition(system)
        _delete_the_stores(system)
        people = audit(system)
        assert people > before
    _set_the_groups_back(environment["CACAH_KAFKA"])
    with dev(state, **environment) as system:
        generate(system, 54)
        assert audit(system) > people
        told = system.run("backup", str(tmp_path / "backup"), "--keys-with", str(_passphrase(tmp_path)), "--json")
        assert told.returncode == 0, told.stderr
        generate(system, 55)
        people = audit(system)
    _restore(environment, state, tmp_path, people)
    _restore_what_is_left(environment, tmp_path)


def _put_two_workers_on_one_partition(system: Cacah) -> None:
    """The second one does not ask Kafka's group. Both count the same records; one of them is fenced by the ledger."""
    settings = read_settings({**system.running.settings, "CACAH_INSTANCE": "by-hand"})
    log = system.state / "logs" / "validator.log"
    left: Callable[[], bool] = lambda: _LEAVES in log.read_text(encoding="utf-8")  # noqa: E731
    fenced = asyncio.run(_count_as_well(settings, lambda: generate(system, 52), left))
    assert _LEAVES in fenced or left()
    audit(system)


class _NoGroup:
    """A flow that nobody steers."""

    def pause(self, tp: TP) -> None:
        pass

    def resume(self, tp: TP) -> None:
        pass

    def acknowledge(self, tp: TP, last: int) -> None:
        pass

    async def acknowledged(self, tp: TP) -> int:
        return -1


async def _count_as_well(settings: Settings, load: Callable[[], None], left: Callable[[], bool]) -> str:
    """What the second worker of partition 0 says when it is fenced; empty where it was the first one that left."""
    source = PartitionSource(TP(SUBMISSIONS, 0), _NoGroup())
    opened = await build_validator(settings)._open_partition(0, source)
    position = await opened.engine.take_over()
    counting = asyncio.create_task(opened.engine.run())
    await asyncio.to_thread(load)
    for record in await asyncio.to_thread(_records, settings, position):
        source.feed([record])
    deadline = time.monotonic() + 30
    while not left() and time.monotonic() < deadline:
        if (await asyncio.wait([counting], timeout=0.1))[0]:
            break
    problem = counting.exception() if counting.done() else None
    counting.cancel()
    await _close(opened)
    if problem is None:
        return ""
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    assert isinstance(problem, Fenced), problem
    return str(problem)


async def _close(opened: OpenEngine) -> None:
    opened.close()
    ports: Any = opened.engine._ports  # type: ignore[attr-defined]  # a worker's connections end with its process
    await ports.sink._producer.stop()
    await ports.ledger._collection.database.client.close()


def _records(settings: Settings, position: int) -> list[Record]:
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, enable_auto_commit=False, consumer_timeout_ms=3_000)
    try:
        partition = TopicPartition(SUBMISSIONS, 0)
        consumer.assign([partition])
        consumer.seek(partition, position)
        return [Record(each.offset, each.value) for each in consumer]
    finally:
        consumer.close()


def _delete_the_stores(system: Cacah) -> None:
    shutil.rmtree(system.state / "store")
    started = time.monotonic()
    for stage in ("validator", "deduplicator"):
        os.kill(pid_of(system, stage), signal.SIGKILL)
    generate(system, 53)
    system.wait_until_counted()
    print(f"stores deleted, workers killed: counting again after {time.monotonic() - started:.1f} s at most")  # noqa: T201
    assert (system.state / "store").exists()


def _set_the_groups_back(servers: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=servers)
    try:
        for stage, topic in stage_inputs("g1").items():
            count = len(admin.describe_topics([topic])[0]["partitions"])
            zero = {TopicPartition(topic, each): OffsetAndMetadata(0, "", -1) for each in range(count)}
            admin.alter_group_offsets(group_id(stage, "g1"), zero)
    finally:
        admin.close()


def _passphrase(folder: Path) -> Path:
    file = folder / "passphrase"
    file.write_text("kata sandi yang panjang\n", encoding="ascii")
    return file


def _restore(environment: dict[str, str], state: Path, folder: Path, people: int) -> None:
    """The database and the keys are gone; the log is there."""
    elsewhere = environment | {"CACAH_STATE": str(folder / "restored"), "CACAH_DATABASE": "by_hand_restored"}
    wrong = folder / "wrong"
    wrong.write_text("another pass phrase\n", encoding="ascii")
    refused = run_cacah(["restore", str(folder / "backup"), "--keys-with", str(wrong)], **elsewhere)
    assert refused.returncode == 1
    assert "does not open the keys" in refused.stderr
    done = run_cacah(
        ["restore", str(folder / "backup"), "--keys-with", str(_passphrase(folder)), "--json"], **elsewhere
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["lost"] == []
    assert report["replay"]["generation"] == "g2"
    with MongoClient[dict[str, Any]](environment["CACAH_MONGO"]) as client:
        nation = client["by_hand_restored"]["regions"].find_one({"_id": "00"})
        live = client["by_hand_restored"]["generations"].find_one({"_id": "live"})
    assert nation is not None
    assert live == {"_id": "live", "generation": "g2"}
    assert nation["counters"]["persons"] == people, "what came after the backup is on the log"
    again = run_cacah(["restore", str(folder / "backup")], **elsewhere)
    assert again.returncode == 1
    assert "holds counts already" in again.stderr


def _restore_what_is_left(environment: dict[str, str], folder: Path) -> None:
    """Of the log there is a copy that ends before the backup does, then one that lost its beginning, then none."""
    cuts = json.loads((folder / "backup" / "manifest.json").read_bytes())["cuts"]
    keep = [cuts[0]["last"] - 2, cuts[1]["last"] + 1]
    _copy_log(environment["CACAH_KAFKA"], keep)
    done, system = _restored(environment, folder, "by_hand_cut")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    (lost,) = report["lost"]
    assert lost == f"{SUBMISSIONS}[0]: 3 records at its end, which cannot be restored"
    assert f"lost: {lost}" in done.stderr
    # What is there is counted, all of it and nothing else.
    audited = run_cacah(["audit", "--json"], **system)
    assert audited.returncode == 0, audited.stdout
    assert json.loads(audited.stdout)["positions"] == keep
    admin = KafkaAdminClient(bootstrap_servers=environment["CACAH_KAFKA"])
    try:
        admin.delete_records({TopicPartition(SUBMISSIONS, 1): 2})
    finally:
        admin.close()
    _refused(environment, folder, "by_hand_begun", f"{SUBMISSIONS}[1]: 2 records at its beginning")
    fresh_topics(environment["CACAH_KAFKA"])
    _refused(environment, folder, "by_hand_none", f"{SUBMISSIONS} is not there")
    apply_topics(environment["CACAH_KAFKA"], topic_specs(3, "g1"))
    _refused(environment, folder, "by_hand_three", f"{SUBMISSIONS} has 3 partitions, and had 2")


def _restored(
    environment: dict[str, str], folder: Path, database: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """And the environment of the restored system. Its keys are those of the restore before."""
    elsewhere = environment | {"CACAH_STATE": str(folder / "restored"), "CACAH_DATABASE": database}
    return run_cacah(["restore", str(folder / "backup"), "--json"], **elsewhere), elsewhere


def _refused(environment: dict[str, str], folder: Path, database: str, reason: str) -> None:
    """Nothing was written, so that it can be called again when the log is there."""
    done, _ = _restored(environment, folder, database)
    assert (done.returncode, reason in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr
    with MongoClient[dict[str, Any]](environment["CACAH_MONGO"]) as client:
        assert client[database].list_collection_names() == []


def _copy_log(servers: str, keep: list[int]) -> None:
    """Made again from a copy, as a mirror would, up to these offsets."""
    partitions = [TopicPartition(SUBMISSIONS, each) for each in range(len(keep))]
    consumer = KafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False, consumer_timeout_ms=3_000)
    try:
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        kept = [each for each in consumer if each.offset < keep[each.partition]]
    finally:
        consumer.close()
    fresh_topics(servers)
    apply_topics(servers, topic_specs(len(keep), "g1"))
    producer = KafkaProducer(bootstrap_servers=servers)
    try:
        for each in kept:
            producer.send(SUBMISSIONS, each.value, key=each.key, partition=each.partition)
        producer.flush(20)
    finally:
        producer.close()
