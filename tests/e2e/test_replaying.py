"""`cacah replay` on a running system: a new generation takes the old one's place while forms arrive."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from pymongo import MongoClient
from pymongo.database import Database

from shared.contracts.topics import CONFLICTS, REGION_TOTALS, REJECTIONS, SUBMISSIONS
from tests.running import Cacah, wait_for

pytestmark = [pytest.mark.engines, pytest.mark.timeout(420)]
_TOTALS = ("regions", "region_days", "agencies", "agency_days")


def generation(cacah: Cacah) -> int:
    return int(cacah.status()["generation"][1:])


def counters(database: Database[dict[str, Any]], name: int) -> bytes:
    """Every counter of a generation, in bytes; without times, versions and watermarks."""
    found = {
        f"{collection}|{document['_id']}": document["counters"]
        for collection in _TOTALS
        for document in database[f"{collection}.g{name}"].find().sort("_id", 1)
        if any(document["counters"].values())
    }
    return json.dumps(found, sort_keys=True).encode()


def records(cacah: Cacah, topic: str) -> list[tuple[str, dict[str, Any]]]:
    """Keys and events, in their order: of the topic, or of their sequence where they have one."""
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=cacah.running.kafka,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        consumer_timeout_ms=4_000,
    )
    try:
        found = sorted(consumer, key=lambda record: dict(record.headers).get("ce_sequence", b""))
        return [(record.key.decode("latin-1"), json.loads(record.value)) for record in found]
    finally:
        consumer.close()


@pytest.fixture(scope="module")
def loaded(cacah: Cacah) -> Cacah:
    """Something of everything is counted: forms, rejections, conflicts."""
    sent = cacah.run("generate", "--region", "35.09", "--households", "150", "--seed", "41")
    assert sent.returncode == 0, sent.stderr
    _send_garbage(cacah)
    cacah.wait_until_counted()
    return cacah


def _send_garbage(cacah: Cacah) -> None:
    producer = KafkaProducer(bootstrap_servers=cacah.running.kafka)
    try:
        for number in range(4):
            producer.send(SUBMISSIONS, value=b"no record", partition=number % 2).get(20)
    finally:
        producer.close()


def test_a_replay_under_load_then_one_at_rest(loaded: Cacah) -> None:
    before = generation(loaded)
    load = loaded.start("generate", "--region", "35.09", "--households", "600", "--seed", "42")
    try:
        _send_garbage(loaded)
        replayed = loaded.run("replay", "--partitions", "3", "--json")
        assert replayed.returncode == 0, replayed.stderr
        assert load.wait(180) == 0
    finally:
        load.kill()
    assert json.loads(replayed.stdout.splitlines()[-1])["generation"] == f"g{before + 1}"
    wait_for(lambda: generation(loaded) == before + 1 or None)
    loaded.wait_until_counted()
    audited = loaded.run("audit", "--json")
    assert audited.returncode == 0, audited.stdout

    at_rest = loaded.run("replay", "--json")
    assert at_rest.returncode == 0, at_rest.stderr
    report = json.loads(at_rest.stdout.splitlines()[-1])
    assert report["generation"] == f"g{before + 2}"
    assert report["cells"] > 1000
    loaded.wait_until_counted()
    with MongoClient[dict[str, Any]](loaded.running.mongo) as client:
        database = client[loaded.running.settings["CACAH_DATABASE"]]
        _check_databases(database, before)
        stored = {each.pop("_id"): each for each in database["regions"].find()}
        _check_told(loaded, database)
    _check_published(loaded, stored)


def _check_told(cacah: Cacah, database: Database[dict[str, Any]]) -> None:
    """Every rejection is on its topic, and nothing else is; the last word on every conflict is how it stands now."""
    rejected = {(each["partition"], each["offset"]) for _, each in records(cacah, REJECTIONS)}
    kept = database["quarantine"].find({"topic": SUBMISSIONS})
    assert rejected == {(each["partition"], each["offset"]) for each in kept}
    assert rejected
    told = {each["conflict"]: (each["state"], len(each["claims"])) for _, each in records(cacah, CONFLICTS)}
    stand = {each["_id"]: (each["state"], len(each["claims"])) for each in database["conflicts"].find()}
    # Counted in other batches, a conflict may open and settle within one, and then there was none.
    assert {each for each in told if told[each][0] == "open"} == {each for each in stand if stand[each][0] == "open"}
    assert stand.items() <= told.items()
    assert stand


def _check_databases(database: Database[dict[str, Any]], before: int) -> None:
    first, second, third = before, before + 1, before + 2
    assert counters(database, second) == counters(database, third)
    for collection in ("ledger.household", "ledger.person", "checkpoints"):
        for old, new in ((first, second), (second, third)):
            for partition in database[f"{collection}.g{old}"].distinct("_id.p"):
                newest = database[f"{collection}.g{old}"].find_one({"_id.p": partition}, sort=[("_id.n", -1)])
                assert newest is not None
                assert newest["sealed"] == f"g{new}"
    assert len(database[f"ledger.person.g{second}"].distinct("_id.p")) == 3
    assert len(database[f"ledger.person.g{third}"].distinct("_id.p")) == 2


def _check_published(cacah: Cacah, stored: dict[str, Any]) -> None:
    """Versions grow, from one generation to the next as well, and the newest ones are those of MongoDB."""
    newest: dict[str, Any] = {}
    for key, totals in records(cacah, REGION_TOTALS):
        assert totals["version"] > newest.get(key, {"version": 0})["version"]
        newest[key] = totals
    # The nation may be told once more between the two readings, with a later version and the same counters.
    told, kept = (
        {key: each["counters"] for key, each in side.items() if each["counters"]} for side in (newest, stored)
    )
    assert told == kept


def test_the_old_workers_say_why_they_leave(loaded: Cacah) -> None:
    said: Callable[[str], str] = lambda stage: (loaded.state / "logs" / f"{stage}.log").read_text(encoding="utf-8")  # noqa: E731
    for stage in ("validator", "deduplicator", "aggregator"):
        assert "is live now" in said(stage) or "counts now, and this one no more" in said(stage)
