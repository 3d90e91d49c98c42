"""What intake reads of a form's way: from a real ledger and real documents, and from a real log. Seen to fail with the
notices of unpublished entries passed over, and with one partition's ledger taken for another's."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
import pytest
from kafka import KafkaProducer
from pymongo import AsyncMongoClient

from services.intake.drafts.safe import DraftSafe
from services.intake.drafts.store import MongoDrafts
from services.intake.ports import Position
from services.intake.problems import Refused
from services.intake.status.filed import MongoFiled
from services.intake.status.heads import KafkaHeads
from services.intake.status.model import Found, Rejection, Status, standing
from services.validator.refusals import Refused as SetAside
from services.validator.refusals import rejection
from shared.contracts.envelope import NOBODY, Codec, Head, Kind, Sealer
from shared.contracts.identity import claimant_key
from shared.contracts.topics import SUBMISSIONS, topic_specs
from shared.contracts.versions import LINEAGES, CurrentVersion, encode_current
from shared.ledger.entry import Notice
from shared.ledger.fold import Input
from shared.ledger.mongo import MongoLedger, durable
from shared.runtime.database import prepare_database
from shared.streaming.admin import apply_topics
from tests.conftest import System
from tests.ledger import entry

pytestmark = pytest.mark.engines

Json = dict[str, Any]
Answer = TypeVar("Answer")
HEAD = Head(
    Kind.SUBMISSION, Codec.JSON, "k1", 1_795_000_000_000_000, 0, b"i" * 16, b"h" * 16, b"l" * 16, NOBODY, bytes(32)
)
CLAIMANT = claimant_key(HEAD.subject, HEAD.lineage).hex()
NEWER = CurrentVersion("00" * 16, 1, "2026-11-24T03:00:00.000000Z", withdrawn=False, versions=2)


def on(system: System, body: Callable[[AsyncMongoClient[Json], MongoFiled], Awaitable[Answer]]) -> Answer:
    settings = system.settings
    prepare_database(settings.mongo, settings.database, settings.generation)

    async def whole() -> Answer:
        async with AsyncMongoClient[Json](settings.mongo) as client:
            return await body(client, MongoFiled(client, settings.database))

    return asyncio.run(whole())


def test_an_empty_system_has_counted_nothing(system: System) -> None:
    async def body(client: AsyncMongoClient[Json], filed: MongoFiled) -> None:
        del client
        progress = await filed.progress(1)
        assert (progress.validated, progress.counted, progress.as_of) == (0, 0, None)
        assert await filed.found(Position(1, 0), HEAD, progress) == Found()

    on(system, body)


def test_what_is_decided_and_not_written_yet_is_known(system: System) -> None:
    refused = rejection(SetAside(Input(0, 2, b""), "id-reused", HEAD))
    told = Notice("", CLAIMANT, collection=LINEAGES, document=encode_current(NEWER))

    async def body(client: AsyncMongoClient[Json], filed: MongoFiled) -> None:
        database = client[system.settings.database]
        ledger = MongoLedger(durable(database, "ledger.household.g1"), worker="test")
        first = entry(1, notices=(rejection(SetAside(Input(0, 0, b""), "not-a-form", HEAD)),))
        second = entry(2, first, notices=(refused, told), published=1)
        third = entry(3, second, published=1)
        for each in (first, second, third):
            await ledger.insert(each)
        await ledger.insert(entry(1, partition=1))
        await database["regions.g1"].insert_one({"_id": "00", "counted_up_to": [3, 0], "as_of": "2026-11-24T03:00:00Z"})
        progress = await filed.progress(0)
        assert (progress.validated, progress.counted) == (4, 3)
        found = await filed.found(Position(0, 2), HEAD, progress)
        assert (found.rejection, found.in_force) == (Rejection("id-reused"), NEWER)
        assert standing(2, HEAD.id, progress, found).status is Status.NEEDS_CORRECTION
        # Entry 1 is published: what it had to say is in its document, if there is one.
        assert (await filed.found(Position(0, 0), HEAD, progress)).rejection is None
        assert (await filed.progress(1)).validated == 2

    on(system, body)


def test_documents_and_open_reviews_are_found(system: System) -> None:
    async def body(client: AsyncMongoClient[Json], filed: MongoFiled) -> None:
        database = client[system.settings.database]
        rejected = msgspec.json.decode(rejection(SetAside(Input(0, 5, b""), "not-a-form", HEAD)).document)
        await database["quarantine.g1"].insert_one(rejected | {"_id": f"{SUBMISSIONS}|0|5", "entry": 3})
        await database["lineages.g1"].insert_one(msgspec.to_builtins(NEWER) | {"_id": CLAIMANT, "entry": 3})
        review = {"_id": "1a" * 16, "state": "open", "claims": [{"claimant": "00" * 16}, {"claimant": CLAIMANT}]}
        await database["conflicts.g1"].insert_one(review)
        progress = await filed.progress(0)
        found = await filed.found(Position(0, 5), HEAD, progress)
        assert found == Found(Rejection("not-a-form"), NEWER, 1)
        events = [{"action": "redriven", "by": "x", "partition": 0, "offset": 7}, {"action": "discarded", "by": "x"}]
        await database["quarantine_actions"].insert_one({"_id": f"{SUBMISSIONS}|0|5", "history": events})
        assert (await filed.found(Position(0, 5), HEAD, progress)).redriven == Position(0, 7)
        await database["conflicts.g1"].update_one({}, {"$set": {"state": "settled"}})
        assert (await filed.found(Position(0, 6), HEAD, progress)) == Found(None, NEWER, 0)

    on(system, body)


def test_heads_are_read_from_the_log_by_their_positions(system: System) -> None:
    settings = system.settings
    apply_topics(settings.kafka, topic_specs(settings.partitions, settings.generation))
    record = Sealer({"k1": bytes(range(32))}).seal(HEAD, b"{}")
    producer = KafkaProducer(bootstrap_servers=settings.kafka)
    try:
        places = [producer.send(SUBMISSIONS, value=each, partition=1).get(20).offset for each in (record, b"garbage")]
    finally:
        producer.close()

    async def body() -> None:
        heads = KafkaHeads(settings.kafka)
        try:
            assert await heads.head(Position(1, places[0])) == HEAD
            assert await heads.head(Position(1, places[1])) is None
            assert await heads.head(Position(1, places[1] + 1_000)) is None
            assert await asyncio.gather(*(heads.head(Position(1, places[0])) for _ in range(20))) == [HEAD] * 20
        finally:
            await heads.stop()
        away = KafkaHeads("127.0.0.1:1")
        with pytest.raises(Refused):
            await away.head(Position(0, 0))
        await away.stop()

    asyncio.run(body())


def test_a_draft_is_kept_until_it_expires(system: System) -> None:
    settings = system.settings
    prepare_database(settings.mongo, settings.database, settings.generation)

    async def body() -> None:
        async with AsyncMongoClient[Json](settings.mongo) as client:
            safe = DraftSafe(MongoDrafts(client, settings.database), bytes(32))
            for draft in (b"older", b"newer"):
                expires_at = await safe.put(b"p" * 16, "b7" * 16, draft, HEAD.received_at)
            end = int(expires_at.timestamp() * 1_000_000)
            assert await safe.get(b"p" * 16, "b7" * 16, end - 1_000_000) == b"newer"
            assert await safe.get(b"p" * 16, "b7" * 16, end) is None
            indexes = await client[settings.database]["drafts"].index_information()
            assert indexes["expires_at_1"]["expireAfterSeconds"] == 0
            await safe.delete(b"p" * 16, "b7" * 16)
            assert await safe.get(b"p" * 16, "b7" * 16, 0) is None

    asyncio.run(body())
