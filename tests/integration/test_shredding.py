"""`cacah keys shred` on a real log: a day's key goes when every stage has counted its records and its opening balance is
kept, and audit and validator then go on from that."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer
from msgspec import structs
from msgspec.structs import replace as replaced
from pymongo import MongoClient
from zstandard import ZstdDecompressor

from services.cli.audit import log as audit_log_module
from services.cli.audit.knowing import Knowing
from services.cli.audit.log import KafkaSubmissions
from services.cli.audit.opening import LogRecord
from services.cli.audit.recount import Recount
from services.cli.errors import Failure
from services.cli.shredding import command
from services.cli.shredding.command import shred
from services.validator.reading import Read, Reader
from services.validator.refusals import Refused, rejection
from shared.contracts.envelope import Codec, DayShredded, Sealer, day_key_id
from shared.contracts.identity import person_key
from shared.contracts.opening_balance import BalanceError, KnownForm, Said
from shared.contracts.topics import SUBMISSIONS, topic_specs
from shared.domain.census import WIB
from shared.domain.regions import NATION
from shared.ledger.entry import Notice
from shared.ledger.fold import Input
from shared.runtime.balances import BALANCES, stored_balances
from shared.runtime.keys import load_keys
from shared.runtime.settings import Settings
from shared.streaming.admin import apply_topics
from tests.conftest import System
from tests.unit import audit_log
from tests.unit.audit_log import SubmissionLog, daughter, family, head, member, uncle, wife

pytestmark = pytest.mark.engines

DAY = date(2026, 10, 1)
END = datetime(2026, 10, 2, tzinfo=WIB)
LATER = END + timedelta(days=3)
NAME = "Budi Santoso"


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Written:
    """A log of this test's own, for records of other tests have other times, and what stands in it."""

    settings: Settings
    topic: str
    records: tuple[bytes, ...]


@pytest.fixture
def written(system: System, monkeypatch: pytest.MonkeyPatch) -> Written:
    settings = replace(system.settings, census_day=audit_log.CENSUS_DAY)
    spec = next(each for each in topic_specs(settings.partitions, settings.generation) if each.name == SUBMISSIONS)
    own = replace(spec, name=f"{SUBMISSIONS}.{settings.database}")
    apply_topics(settings.kafka, [own])
    for module in (command, audit_log_module):
        monkeypatch.setattr(module, "SUBMISSIONS", own.name)
    # Balances are signed with the receipts' key and bound to the identity that the records were sealed under.
    (settings.keys / "identity.key").unlink()
    (settings.keys / "identity.key").write_text(audit_log.IDENTITY.hex() + "\n", "ascii")
    records = tuple(sealed(settings, family_log()))
    producer = KafkaProducer(bootstrap_servers=settings.kafka)
    try:
        for at, record in enumerate(records):
            producer.send(own.name, record, partition=at % 2, timestamp_ms=milliseconds(END - timedelta(hours=1))).get(
                20
            )
        producer.send(own.name, b"garbage", partition=0, timestamp_ms=milliseconds(END + timedelta(hours=2))).get(20)
    finally:
        producer.close()
    return Written(settings, own.name, records)


def family_log() -> SubmissionLog:
    """Something of everything that a day may have."""
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter(), uncle(None)))
    log.send(family(head("3510011005800001", name=NAME), wife(None), card="3510010107100002", village="35.10.01.2002"))
    log.send(family(head(), wife(), uncle()), subject=b"s" * 16)
    log.withdraw(family(head(), wife(), daughter()), revision=1)
    log.send(family(member(None, date(2030, 1, 1), relationship=1, sex=1, marital=1, activity=None, education=None)))
    return log


def sealed(settings: Settings, log: SubmissionLog) -> Iterator[bytes]:
    """As intake seals it, under the key of the day; one record with a broken seal at the end."""
    keys = load_keys(settings.keys).payload
    keys.make_ahead(DAY)
    for record in log.records:
        plain, content = audit_log.SEALER.open(record.body)
        day = structs.replace(plain, codec=Codec.ZSTD_JSON, key_id=day_key_id(plain.received_at))
        assert day.key_id == "d20261001"
        yield Sealer(keys).seal(day, content)
    last = Sealer(keys).seal(day, content)
    yield last[:-1] + bytes((last[-1] ^ 1,))


@contextmanager
def counted(settings: Settings, *positions: int) -> Iterator[None]:
    """As if the stages were there."""
    with MongoClient[dict[str, Any]](settings.mongo) as client:
        regions = client[settings.database]["regions"]
        regions.replace_one({"_id": NATION}, {"_id": NATION, "counted_up_to": positions}, upsert=True)
        yield


def recounted(settings: Settings) -> tuple[object, ...]:
    submissions = KafkaSubmissions(settings)
    try:
        with Recount(settings.census_day) as recount:
            ends = submissions.ends()
            balanced = 0
            passed: dict[str, int] = {}
            for rows in submissions.rows((0,) * len(ends), ends):
                recount.load(rows)
                balanced += sum(rows.balanced.values())
                passed = {code: passed.get(code, 0) + n for code, n in (passed | rows.passed_over).items()}
            recount.count()
            return balanced, recount.totals(), recount.day_totals(), recount.agency_totals(), passed
    finally:
        submissions.close()


def read(settings: Settings, source: Input) -> object:
    """All that the validator knows of a record; of one that does not count, the event about it."""
    keys = load_keys(settings.keys)
    reader = Reader(Sealer(keys.payload), keys.identity, settings.census_day, stored_balances(settings, keys))
    found = reader.read(source)
    return rejection(found) if isinstance(found, Refused) else found


def test_a_day_is_shredded_after_it_was_counted(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    settings = written.settings
    keys = load_keys(settings.keys).payload
    inputs = [Input(at % 2, at // 2, body) for at, body in enumerate(written.records)]
    opened, before = [read(settings, each) for each in inputs], recounted(settings)

    def attempt(*, now: datetime = LATER) -> str:
        with pytest.raises(Failure) as caught:
            shred(settings, DAY, give_up_recounting=False, now=now)
        assert not keys.shredded()
        return str(caught.value)

    assert "not over" in attempt(now=END + timedelta(minutes=59))
    assert "is counted up to 0" in attempt()
    with counted(settings, 3, 2):
        assert f"partition 1 of {written.topic} is counted up to 2" in attempt()
    with counted(settings, 3, 3):
        shred(settings, DAY, give_up_recounting=False, now=LATER)
    said = " ".join(capsys.readouterr().out.split())
    assert keys.shredded() == ["d20261001"]
    assert "opening balance of d20261001: 6 records in 2 signed chunks" in said
    assert "no difference" in said

    with pytest.raises(DayShredded):
        Sealer(load_keys(settings.keys).payload).open(written.records[0])
    # Counts, rejections, everything that follows from a record: as before, though nobody can open it.
    assert [read(settings, each) for each in inputs] == opened
    assert {type(each) for each in opened} == {Read, Notice}
    balanced, *after = recounted(settings)
    assert (balanced, after) == (6, list(before[1:]))
    with pytest.raises(Failure, match="shredded before"):
        shred(settings, DAY, give_up_recounting=False)


def test_a_balance_holds_no_name_and_no_number(written: Written) -> None:
    settings = written.settings
    with counted(settings, 3, 3), MongoClient[dict[str, Any]](settings.mongo) as client:
        shred(settings, DAY, give_up_recounting=False, now=LATER)
        chunks = [each["packed"] for each in client[settings.database][BALANCES].find({"packed": {"$exists": True}})]
    everything = b"".join(ZstdDecompressor().decompress(each, max_output_size=1 << 20) for each in chunks)
    assert person_key(audit_log.IDENTITY, "3509121005800001") in everything
    for told in (NAME, "Sari", "Melati", "Jember", "3509121005800001", "3509120107100001"):
        assert told.encode() not in everything


def test_a_balance_that_was_changed_is_refused(written: Written) -> None:
    settings = written.settings
    first = Input(0, 0, written.records[0])
    with counted(settings, 3, 3), MongoClient[dict[str, Any]](settings.mongo) as client:
        shred(settings, DAY, give_up_recounting=False, now=LATER)
        balances = client[settings.database][BALANCES]
        with pytest.raises(BalanceError, match="not the record of which"):
            read(settings, Input(0, 0, written.records[2]))
        statement = balances.find_one({"_id": {"day": "d20261001"}})
        assert statement is not None
        forged = bytes(statement["signed"]).replace(b'"records":6', b'"records":7')
        balances.update_one({"_id": statement["_id"]}, {"$set": {"signed": forged}})
        with pytest.raises(BalanceError, match="signature"):
            read(settings, first)
        balances.update_one({"_id": statement["_id"]}, {"$set": {"signed": statement["signed"]}})
        chunk = balances.find_one({"_id.partition": 0, "_id.number": 0})
        assert chunk is not None
        balances.update_one({"_id": chunk["_id"]}, {"$set": {"packed": chunk["packed"] + b"x"}})
        with pytest.raises(BalanceError, match="not the one that was signed"):
            read(settings, first)
        balances.delete_one({"_id": chunk["_id"]})
        with pytest.raises(BalanceError, match="is missing"):
            read(settings, first)


def test_a_balance_that_counts_otherwise_shreds_nothing(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = written.settings
    right = Knowing.said_of

    def wrong(knowing: Knowing, record: LogRecord) -> Said:
        said = right(knowing, record)
        return replaced(said, place=said.place + 1) if isinstance(said, KnownForm) else said

    monkeypatch.setattr(Knowing, "said_of", wrong)
    with counted(settings, 3, 3), pytest.raises(Failure, match="does not count as its key does"):
        shred(settings, DAY, give_up_recounting=False, now=LATER)
    keys = load_keys(settings.keys).payload
    assert not keys.shredded()


def test_recounting_can_be_given_up(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    settings = written.settings
    with counted(settings, 3, 3):
        shred(settings, DAY, give_up_recounting=True, now=LATER)
    assert "Nor can the log be counted any more" in " ".join(capsys.readouterr().out.split())
    with pytest.raises(DayShredded):
        read(settings, Input(0, 0, written.records[0]))


def test_a_day_without_a_key_is_named(system: System, tmp_path: Path) -> None:
    with pytest.raises(Failure, match="no payload key d20260302"):
        shred(system.settings, date(2026, 3, 2), give_up_recounting=True)
