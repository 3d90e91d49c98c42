"""`cacah keys shred` on a real log: a day's key goes when every stage has counted its records, and not before."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer
from pymongo import MongoClient

from services.cli import shredding
from services.cli.errors import Failure
from services.cli.shredding import shred
from shared.contracts.topics import SUBMISSIONS, topic_specs
from shared.domain.census import WIB
from shared.domain.regions import NATION
from shared.runtime.keys import load_keys
from shared.streaming.admin import apply_topics
from tests.conftest import System

pytestmark = pytest.mark.engines

DAY = date(2026, 3, 1)
END = datetime(2026, 3, 2, tzinfo=WIB)


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@pytest.fixture
def log(system: System, monkeypatch: pytest.MonkeyPatch) -> str:
    """A log of this test's own: records of other tests have other times."""
    settings = system.settings
    spec = next(each for each in topic_specs(settings.partitions, settings.generation) if each.name == SUBMISSIONS)
    own = replace(spec, name=f"{SUBMISSIONS}.{settings.database}")
    apply_topics(settings.kafka, [own])
    monkeypatch.setattr(shredding, "SUBMISSIONS", own.name)
    return own.name


def test_a_day_is_shredded_after_it_was_counted(system: System, log: str, capsys: pytest.CaptureFixture[str]) -> None:
    settings = system.settings
    keys = load_keys(settings.keys).payload
    keys.make_ahead(DAY)
    producer = KafkaProducer(bootstrap_servers=settings.kafka)
    try:
        late = producer.send(log, b"of that day", partition=1, timestamp_ms=milliseconds(END + timedelta(minutes=5)))
        last = late.get(20).offset
        producer.send(log, b"of the next", partition=1, timestamp_ms=milliseconds(END + timedelta(hours=2))).get(20)
        producer.send(log, b"of the next", partition=0, timestamp_ms=milliseconds(END + timedelta(hours=2))).get(20)
    finally:
        producer.close()

    def attempt(*, now: datetime = END + timedelta(days=3), sure: bool = True) -> str:
        with pytest.raises(Failure) as caught:
            shred(settings, DAY, give_up_recounting=sure, now=now)
        assert not keys.shredded()
        return str(caught.value)

    with MongoClient[dict[str, Any]](settings.mongo) as client:
        regions = client[settings.database]["regions"]
        assert "not over" in attempt(now=END + timedelta(minutes=59))
        assert "is counted up to 0" in attempt()
        regions.insert_one({"_id": NATION, "counted_up_to": [10**6, last]})
        assert f"partition 1 of {log} is counted up to {last}" in attempt()
        regions.update_one({"_id": NATION}, {"$set": {"counted_up_to": [10**6, last + 1]}})
        assert "ends recounting" in attempt(sure=False)
        shred(settings, DAY, give_up_recounting=True, now=END + timedelta(days=3))
    assert keys.shredded() == ["d20260301"]
    assert "can no longer be counted" in " ".join(capsys.readouterr().out.split())
    with pytest.raises(Failure, match="shredded before"):
        shred(settings, DAY, give_up_recounting=True)


def test_a_day_without_a_key_is_named(system: System, tmp_path: Path) -> None:
    with pytest.raises(Failure, match="no payload key d20260302"):
        shred(system.settings, date(2026, 3, 2), give_up_recounting=True)
