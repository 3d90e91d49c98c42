"""A log that is not the one that was counted, or a ledger that forgot: the worker leaves, and says why and what to do."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient
from pymongo import MongoClient
from pymongo.collection import Collection

from services.cli.dev.environment import variables
from services.cli.dev.system import prepare
from shared.contracts.topics import SUBMISSIONS, topic_specs
from shared.runtime.settings import Settings
from shared.streaming.admin import apply_topics
from tests.conftest import System
from tests.integration.worker_kit import Worker, append, fresh_topics, until

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]


@dataclass(frozen=True, slots=True)
class Counted:
    """A validator that has counted three records of partition 0, and was killed."""

    settings: Settings
    admin: KafkaAdminClient
    ledger: Collection[dict[str, Any]]
    folder: Path

    def validator(self, name: str) -> Worker:
        return Worker(variables(self.settings), "validator", self.folder / f"{name}.log")

    def refusal(self, name: str) -> str:
        """What a validator that starts now says on its way out."""
        worker = self.validator(name).start()
        try:
            assert worker.wait_until_ended() == 1
        finally:
            worker.stop()
        return worker.said()

    def last(self) -> int:
        newest = self.ledger.find_one({"_id.p": 0}, sort=[("_id", -1)])
        return -1 if newest is None else int(newest["last"])

    def count(self, worker: Worker, last: int) -> None:
        until(lambda: self.last() == last or worker.exit_code() is not None)
        assert self.last() == last, worker.said()


@pytest.fixture
def counted(system: System, tmp_path: Path) -> Iterator[Counted]:
    settings = system.settings
    fresh_topics(settings.kafka)
    prepare(settings)
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka)
    with MongoClient[dict[str, Any]](settings.mongo) as client:
        ledger = client[settings.database]["ledger.household.g1"]
        made = Counted(settings, admin, ledger, tmp_path)
        worker = made.validator("first").start()
        try:
            append(settings, [b"a", b"b", b"c"])
            made.count(worker, 2)
            # The group is told within a second.
            until(lambda: told(admin) == 3)
        finally:
            worker.stop()
        yield made
    admin.close()
    # The next test finds no log of this one.
    fresh_topics(settings.kafka)


def told(admin: KafkaAdminClient) -> int:
    offsets = admin.list_group_offsets({"cacah.validator.g1": [TopicPartition(SUBMISSIONS, 0)]})
    return int(next(iter(offsets["cacah.validator.g1"].values())).offset)


def test_a_ledger_that_was_restored_from_an_older_backup(counted: Counted) -> None:
    newest = counted.ledger.find_one({"_id.p": 0}, sort=[("_id", -1)])
    assert newest is not None
    counted.ledger.delete_one({"_id": newest["_id"]})
    said = counted.refusal("restored")
    assert "offset=2 was counted and acknowledged, and the ledger ends at" in said
    assert "older backup" in said
    assert "cacah replay" in said


def test_a_log_that_lost_its_beginning_or_what_was_read_last(counted: Counted) -> None:
    append(counted.settings, [b"d", b"e", b"f", b"g"])
    counted.admin.delete_records({TopicPartition(SUBMISSIONS, 0): 5})
    said = counted.refusal("cut")
    assert f"{SUBMISSIONS}[0] begins at offset=5, and offset=3 is to be read next: retention" in said
    assert "cacah replay" in said


def test_a_log_that_is_cut_under_a_running_worker(counted: Counted) -> None:
    worker = counted.validator("running").start()
    try:
        worker.wait_until_said("took over partition=0")
        worker.signal(signal.SIGSTOP)
        # A fetch may be waiting at the broker; it is answered with the first record, and knows of no other.
        append(counted.settings, [b"d"])
        append(counted.settings, [b"e", b"f"])
        counted.admin.delete_records({TopicPartition(SUBMISSIONS, 0): 5})
        worker.signal(signal.SIGCONT)
        assert worker.wait_until_ended() != 0
    finally:
        worker.stop()
    assert "OffsetOutOfRange" in worker.said()
    assert counted.last() < 5, "what was left of the log was counted as if nothing were missing"
    assert "begins at offset=5" in counted.refusal("again")


def change_cluster(counted: Counted) -> None:
    generations = counted.ledger.database["generations"]
    assert generations.update_one({"_id": "g1"}, {"$set": {"origin.cluster": "another"}}).modified_count == 1


def make_again(counted: Counted) -> None:
    fresh_topics(counted.settings.kafka)
    apply_topics(counted.settings.kafka, topic_specs(2, "g1"))
    append(counted.settings, [b"a", b"b", b"c"])


@pytest.mark.parametrize(
    ("change", "reason", "way_out"),
    [
        (make_again, "it was deleted and made again", "cacah replay"),
        (
            lambda counted: counted.admin.create_partitions({SUBMISSIONS: 3}),
            "has 3 partitions, and had 2 when the ledger was begun",
            "as many partitions as before",
        ),
        (change_cluster, "the ledger was written from Kafka cluster another", "CACAH_KAFKA"),
    ],
    ids=["topic made again", "partitions added", "another cluster"],
)
def test_a_log_that_is_another_one(
    counted: Counted, change: Callable[[Counted], object], reason: str, way_out: str
) -> None:
    change(counted)
    said = counted.refusal("other")
    assert reason in said
    assert way_out in said
