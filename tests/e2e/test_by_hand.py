"""What somebody may do to a running system by hand: two workers on a partition, stores deleted, groups set back, the
database lost. The sums stay right, and a restored system comes to the same ones."""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.structs import OffsetAndMetadata
from pymongo import MongoClient

from deploy.engines import Endpoints
from shared.streaming.groups import group_id, stage_inputs
from tests.integration.worker_kit import Worker, fresh_topics
from tests.running import Cacah, dev, run_cacah, wait_for

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]
_DATABASE = "by_hand"


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
    sent = system.run("generate", "--region", "35.09", "--households", str(households), "--seed", str(seed))
    assert sent.returncode == 0, sent.stderr


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
        _put_two_workers_on_one_partition(system, tmp_path)
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


def _put_two_workers_on_one_partition(system: Cacah, folder: Path) -> None:
    """One is stopped with work before it until its partitions are another's; then it goes on."""
    settings = {**system.running.settings, "CACAH_INSTANCE": "by-hand"}
    log = system.state / "logs" / "validator.log"
    first = pid_of(system, "validator")
    load = system.start("generate", "--region", "35.09", "--households", "400", "--seed", "52")
    second = Worker(settings, "validator", folder / "second.log")
    try:
        wait_for(lambda: system.status()["waiting"] > 0 or load.poll() is not None or None)
        os.kill(first, signal.SIGSTOP)
        second.start()
        second.wait_until_said("took over partition=1")
        os.kill(first, signal.SIGCONT)
        assert load.wait(180) == 0
        system.wait_until_counted()
    finally:
        os.kill(first, signal.SIGCONT)
        load.kill()
        second.stop()
    said = log.read_text(encoding="utf-8") + second.said()
    # The sleeper either was about to insert, and is fenced, or learns from the group that it owns nothing any more.
    assert "this one leaves" in said or said.count("took over partition=1") >= 2


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
