"""A running system from outside: what consumers read, what garbage does, what its commands say."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from pymongo import MongoClient

from shared.contracts.topics import REGION_TOTALS, SUBMISSIONS
from tests.e2e.conftest import Cacah

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def counted(cacah: Cacah) -> Cacah:
    sent = cacah.run("generate", "--region", "35.09", "--households", "300", "--seed", "11")
    assert sent.returncode == 0, sent.stderr
    assert cacah.wait_until_counted()["people"] > 900
    return cacah


def test_a_plain_consumer_has_the_totals_of_mongodb(counted: Cacah) -> None:
    newest: dict[str, Any] = {}
    consumer = KafkaConsumer(
        REGION_TOTALS,
        bootstrap_servers=counted.running.kafka,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        consumer_timeout_ms=4_000,
    )
    try:
        for record in consumer:
            headers = dict(record.headers)
            assert headers["ce_specversion"] == b"1.0"
            assert headers["ce_type"] == REGION_TOTALS.encode()
            assert headers["content-type"] == b"application/json"
            totals = json.loads(record.value)
            assert record.key.decode() == totals["region"]
            assert totals["version"] > newest.get(totals["region"], totals | {"version": 0})["version"]
            newest[totals["region"]] = totals
    finally:
        consumer.close()
    with MongoClient[dict[str, Any]](counted.running.mongo) as client:
        stored = list(client[counted.running.settings["CACAH_DATABASE"]]["regions"].find())
    assert len(stored) > 100
    assert {each.pop("_id"): each for each in stored} == newest


def test_garbage_stops_nothing_counts_nothing_and_is_shown(counted: Cacah) -> None:
    before = counted.wait_until_counted()
    producer = KafkaProducer(bootstrap_servers=counted.running.kafka, max_request_size=2 << 20)
    chance = random.Random(5)
    garbage = [
        chance.randbytes(300),
        b'{"card": "35',
        bytes([9]) + chance.randbytes(400),
        b"",
        chance.randbytes((1 << 20) - 200),
    ]
    try:
        offsets = [producer.send(SUBMISSIONS, value=each, partition=1).get(20).offset for each in garbage]
    finally:
        producer.close()
    after = counted.wait_until_counted()
    assert (after["people"], after["households"]) == (before["people"], before["households"])
    assert after["counted_up_to"][1] > max(offsets)
    shown = {(each["topic"], each["partition"], each["offset"]) for each in after["newest_rejections"]}
    assert shown == {(SUBMISSIONS, 1, offset) for offset in offsets}
    assert all(each["reason"] for each in after["newest_rejections"])
    more = counted.run("generate", "--region", "35.09", "--households", "20", "--seed", "12")
    assert more.returncode == 0, more.stderr
    assert counted.wait_until_counted()["people"] > after["people"]


def test_the_doctor_finds_nothing_bad(counted: Cacah) -> None:
    done = counted.run("doctor", "--json")
    findings = json.loads(done.stdout)
    assert [each for each in findings if each["outcome"] == "bad"] == []
    assert done.returncode == 0
    assert len(findings) >= 10


def test_a_second_start_shows_where_the_first_one_is(counted: Cacah) -> None:
    done = counted.run("dev")
    assert done.returncode == 0, done.stderr
    assert counted.running.urls["intake"] in done.stdout


def test_an_audit_after_all_that_agrees(counted: Cacah, tmp_path: Path) -> None:
    del tmp_path
    counted.wait_until_counted()
    done = counted.run("audit", "--json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["ok"] is True
