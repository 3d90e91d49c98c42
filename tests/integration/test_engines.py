"""The local engines, for real: what they start works, and is gone when it should be."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic
from pymongo import MongoClient

from deploy.engines import Endpoints, EngineError, LocalEngines, check_kafka, check_mongo, connect_or_start, local
from deploy.engines.archiving import make_archive
from deploy.engines.cache import cache_folder
from deploy.engines.classes import class_options
from deploy.engines.fetch import fetch_kafka
from deploy.engines.kafka import class_path
from deploy.engines.ports import choose_port, is_free
from deploy.engines.progress import silent
from tests.processes import is_gone, until

pytestmark = pytest.mark.engines

# Whoever runs the tests may have told them to ignore interrupts: a shell's jobs in the background do.
OWNER = """
import signal, sys, time
from pathlib import Path
from deploy.engines import LocalEngines
signal.signal(signal.SIGINT, signal.default_int_handler)
engines = LocalEngines(Path(sys.argv[1]), kafka_port=0, mongo_port=0, fast_start=True)
engines.start()
print(*engines.pids().values(), flush=True)
try:
    time.sleep(100)
finally:
    engines.stop()
"""


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[LocalEngines]:
    engines = LocalEngines(tmp_path / "keadaan é, #1", kafka_port=0, mongo_port=0, fast_start=True)
    yield engines
    engines.stop()


def test_what_is_written_survives_a_kill_of_both_and_a_start_at_other_ports(engines: LocalEngines) -> None:
    first = engines.start()
    write(first)
    engines.kill_kafka(signal.SIGKILL)
    engines.kill_mongo(signal.SIGKILL)
    until(lambda: engines.died() is not None, 5)
    engines.restart_mongo()
    engines.restart_kafka()
    assert engines.died() is None
    assert read(first) == (b"satu", 1)
    engines.stop()
    second = engines.start()
    assert second != first
    assert read(second) == (b"satu", 1)


def write(endpoints: Endpoints) -> None:
    admin = KafkaAdminClient(bootstrap_servers=endpoints.kafka)
    admin.create_topics([NewTopic("kata", 1, 1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=endpoints.kafka)
    producer.send("kata", b"satu").get(10)
    producer.close()
    with (
        MongoClient[dict[str, Any]](endpoints.mongo) as client,
        client.start_session() as session,
        session.start_transaction(),
    ):
        client.cacah.kata.insert_one({"_id": 1}, session=session)


def read(endpoints: Endpoints) -> tuple[bytes, int]:
    check_kafka(endpoints.kafka)
    check_mongo(endpoints.mongo)
    consumer = KafkaConsumer("kata", bootstrap_servers=endpoints.kafka, auto_offset_reset="earliest")
    record = next(consumer)
    consumer.close()
    with MongoClient[dict[str, Any]](endpoints.mongo) as client:
        return record.value, client.cacah.kata.count_documents({})


def test_what_was_written_down_of_kafkas_classes_fits() -> None:
    """Java would say nothing of one that does not and start slowly; here it has to take it or end."""
    parts = fetch_kafka(cache_folder(), silent)
    make_archive(cache_folder(), parts.java, parts.jars, silent)
    options = class_options(cache_folder(), parts.java, parts.jars)
    command = [str(parts.java), *options, "-Xshare:on", "-XX:+UseSerialGC", "-cp", class_path(parts.jars)]
    done = subprocess.run([*command, "kafka.tools.StorageTool", "random-uuid"], capture_output=True, check=False)
    assert options
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_state_folder_has_one_owner_and_given_servers_are_shared(engines: LocalEngines, tmp_path: Path) -> None:
    endpoints = engines.start()
    with pytest.raises(EngineError, match="in use"):
        LocalEngines(tmp_path / "keadaan é, #1", kafka_port=0, mongo_port=0).start()
    given = {"CACAH_KAFKA": endpoints.kafka, "CACAH_MONGO": endpoints.mongo}
    with connect_or_start(tmp_path / "other", environment=given) as shared:
        assert shared.endpoints == endpoints
    taken = endpoints.mongo.split(":")[2].split("/")[0]
    with pytest.raises(EngineError, match="CACAH_MONGO_PORT"):
        connect_or_start(tmp_path / "other", environment={"CACAH_MONGO_PORT": taken, "CACAH_KAFKA_PORT": "0"})


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_running_when_the_owner_is_gone(tmp_path: Path, number: signal.Signals) -> None:
    """The signal goes to the owner's whole group, as from a terminal: engines that heard it would not stop in order."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as owner:
        assert owner.stdout is not None
        pids = [int(pid) for pid in owner.stdout.readline().split()]
        assert len(pids) == 2
        assert not any(map(is_gone, pids))
        os.killpg(owner.pid, number)
    until(lambda: all(map(is_gone, pids)), 15)
    assert '"Shutting down","attr":{"exitCode":0}' in (tmp_path / "logs/mongod.log").read_text()
    assert "LogManager Shutdown complete." in (tmp_path / "logs/kafka.log").read_text()
    with LocalEngines(tmp_path, kafka_port=0, mongo_port=0, fast_start=True) as again:
        assert again.died() is None


def test_a_failed_start_leaves_nothing_and_frees_the_folder(
    engines: LocalEngines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: dict[str, int] = {}

    def fail(*_: object) -> None:
        started.update(engines.pids())
        raise EngineError("Kafka ended while it was starting (exit 1)", fix="see its log")

    with monkeypatch.context() as patch:
        patch.setattr("deploy.engines.local.wait_for_kafka", fail)
        with pytest.raises(EngineError):
            engines.start()
    assert set(started) == {"kafka", "mongo"}
    assert all(map(is_gone, started.values()))
    port = int(engines.start().kafka.rpartition(":")[2])
    assert not is_free(port)
    engines.stop()
    assert is_free(port)


def test_a_port_that_somebody_else_takes_in_between_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        chosen = iter([taken])
        monkeypatch.setattr(
            local, "choose_port", lambda *args, **more: next(chosen, None) or choose_port(*args, **more)
        )
        engines = LocalEngines(tmp_path / "state", fast_start=True, only=frozenset({"mongo"}))
        with engines:
            assert set(engines.pids()) == {"mongo"}
            with pytest.raises(StopIteration):
                next(chosen)


def test_a_mongod_that_was_quicker_to_the_port_is_not_taken_for_the_own_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = frozenset({"mongo"})
    quicker = LocalEngines(tmp_path / "quicker", mongo_port=0, fast_start=True, only=only)
    later = LocalEngines(tmp_path / "later", mongo_port=0, fast_start=True, only=only)
    try:
        uri = quicker.start().mongo
        chosen = iter([int(uri.split(":")[2].split("/")[0])])
        monkeypatch.setattr(
            local, "choose_port", lambda *args, **more: next(chosen, None) or choose_port(*args, **more)
        )
        assert later.start().mongo != uri
        assert (quicker.died(), later.died()) == (None, None)
    finally:
        later.stop()
        quicker.stop()
