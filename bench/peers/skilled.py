"""The same pipeline by somebody who knows what is slow: `take` gives an agent many events at once, states are read by one
query and written by one `bulk_write`, and sums are sent instead of single changes."""

import sys
from typing import Any

import faust
from bson.binary import Binary
from pymongo import ReplaceOne, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection

from bench.peers.claims_json import of_change, to_change
from bench.peers.faust_app import Document, StageApp
from bench.peers.peer import Peer
from bench.peers.states import FormReader, counts_of, topics_between
from services.deduplicator.state import pack_person, unpack_person
from services.validator.state import pack_household, unpack_household
from shared.domain.households import apply_version
from shared.domain.persons import apply_change, deltas

PEER = Peer(
    name="skilled",
    title="Faust, take and bulk_write",
    modules=("bench.peers.skilled:validate", "bench.peers.skilled:deduplicate", "bench.peers.skilled:aggregate"),
    topics=lambda settings: topics_between("skilled", settings),
    collection="totals",
    after_a_kill="neither: what was taken is acknowledged even where the agent fails, what was written is written again",
)

Stream = faust.StreamT[Any]
TAKEN, WITHIN = 1000, 0.1


def validate(stage: StageApp) -> None:
    households, reader = stage.database["households"], FormReader(stage.settings)

    @stage.app.agent(stage.submissions)
    async def validator(stream: Stream) -> None:
        async for records in stream.take(TAKEN, within=WITHIN):
            forms = [form for form in map(reader.read, records) if form is not None]
            states = await _states(households, [form.head.subject for form in forms])
            changed: dict[bytes, bytes] = {}
            for form in forms:
                key = form.head.subject
                outcome = apply_version(unpack_household(states[key]), form.lineage, form.version, form.facts)
                states[key] = changed[key] = pack_household(outcome.household)
                for change in outcome.changes:
                    await stage.claims.send(key=change.person, value=of_change(change))
            await _keep(households, changed)


def deduplicate(stage: StageApp) -> None:
    persons = stage.database["persons"]

    @stage.app.agent(stage.claims)
    async def deduplicator(stream: Stream) -> None:
        async for contents in stream.take(TAKEN, within=WITHIN):
            changes = [to_change(content) for content in contents]
            before = {
                key: unpack_person(state)
                for key, state in (await _states(persons, [change.person for change in changes])).items()
            }
            after = dict(before)
            for change in changes:
                after[change.person] = apply_change(after[change.person], change)
            counts = counts_of(delta for key, person in after.items() for delta in deltas(before[key], person))
            for region, counters in counts.items():
                await stage.changes.send(key=region.encode(), value={"region": region, "counters": counters})
            await _keep(persons, {key: pack_person(person) for key, person in after.items()})


def aggregate(stage: StageApp) -> None:
    totals = stage.database[PEER.collection]

    @stage.app.agent(stage.changes)
    async def aggregator(stream: Stream) -> None:
        async for contents in stream.take(TAKEN, within=WITHIN):
            added: dict[str, Document] = {}
            for content in contents:
                sums = added.setdefault(content["region"], {})
                for code, number in content["counters"].items():
                    sums[f"counters.{code}"] = sums.get(f"counters.{code}", 0) + number
            await totals.bulk_write(
                [UpdateOne({"_id": region}, {"$inc": sums}, upsert=True) for region, sums in added.items() if sums],
                ordered=False,
            )


async def _states(collection: AsyncCollection[Document], keys: list[bytes]) -> dict[bytes, bytes]:
    found = dict.fromkeys(keys, b"")
    async for document in collection.find({"_id": {"$in": [Binary(key) for key in found]}}):
        found[bytes(document["_id"])] = bytes(document["state"])
    return found


async def _keep(collection: AsyncCollection[Document], states: dict[bytes, bytes]) -> None:
    if states:
        await collection.bulk_write(
            [
                ReplaceOne({"_id": Binary(key)}, {"_id": Binary(key), "state": Binary(state)}, upsert=True)
                for key, state in states.items()
            ],
            ordered=False,
        )


STAGES = {"validate": validate, "deduplicate": deduplicate, "aggregate": aggregate}

if __name__ == "__main__":
    name = sys.argv.pop()
    running = StageApp(PEER.name, name)
    STAGES[name](running)
    running.run()
