"""The pipeline that the documentation of Faust and of MongoDB leads to: an agent per stage, one event at a time,
`find_one_and_update` for what is known of a family or a person, `$inc` for totals."""

import sys
from typing import Any

import faust
from pymongo import ReturnDocument, UpdateOne

from bench.peers.claims_json import of_change, of_delta, to_change, to_delta
from bench.peers.faust_app import Document, StageApp
from bench.peers.peer import Peer
from bench.peers.states import FormReader, counters_of, regions_of, topics_between
from services.validator.reading import Read
from shared.domain.claims import Added, Claim, ClaimChange, Operation
from shared.domain.facts import Fact
from shared.domain.households import Household, Lineage, Version, apply_version
from shared.domain.persons import Person, apply_change, deltas

PEER = Peer(
    name="obvious",
    title="Faust, event by event",
    modules=("bench.peers.obvious:validate", "bench.peers.obvious:deduplicate", "bench.peers.obvious:aggregate"),
    topics=lambda settings: topics_between("obvious", settings),
    collection="totals",
    after_a_kill="at least once at best: an event that was counted and not committed to the group is counted again",
)

Stream = faust.StreamT[Any]


def validate(stage: StageApp) -> None:
    households, reader = stage.database["households"], FormReader(stage.settings)

    @stage.app.agent(stage.submissions)
    async def validator(stream: Stream) -> None:
        async for record in stream:
            form = reader.read(record)
            if form is None:
                continue
            known = await households.find_one_and_update(
                {"_id": form.head.subject.hex()},
                {"$set": _version_fields(form)},
                upsert=True,
                return_document=ReturnDocument.BEFORE,
            )
            for change in apply_version(_household(known), form.lineage, form.version, form.facts).changes:
                await stage.claims.send(key=change.person, value=of_change(change))


def deduplicate(stage: StageApp) -> None:
    persons = stage.database["persons"]

    @stage.app.agent(stage.claims)
    async def deduplicator(stream: Stream) -> None:
        async for content in stream:
            change = to_change(content)
            known = _person(
                await persons.find_one_and_update(
                    {"_id": change.person.hex()},
                    _claim_update(change),
                    upsert=True,
                    return_document=ReturnDocument.BEFORE,
                )
            )
            for delta in deltas(known, apply_change(known, change)):
                await stage.changes.send(key=str(delta.fact.place).encode(), value=of_delta(delta))


def aggregate(stage: StageApp) -> None:
    totals = stage.database[PEER.collection]

    @stage.app.agent(stage.changes)
    async def aggregator(stream: Stream) -> None:
        async for content in stream:
            delta = to_delta(content)
            added = {f"counters.{code}": delta.sign for code in counters_of(delta.fact.traits)}
            await totals.bulk_write(
                [UpdateOne({"_id": code}, {"$inc": added}, upsert=True) for code in regions_of(delta.fact.place)],
                ordered=False,
            )


def _version_fields(form: Read) -> Document:
    lineage, version = form.lineage, form.version
    path = f"lineages.{lineage.id.hex()}"
    return {
        f"{path}.claimant": lineage.claimant,
        f"{path}.versions.{version.submission.hex()}": {
            "revision": version.revision,
            "received_at": version.received_at,
            "content": version.content,
            "members": list(version.members),
        },
    }


def _household(document: Document | None) -> Household:
    return Household(
        tuple(
            Lineage(
                bytes.fromhex(lineage),
                fields["claimant"],
                tuple(
                    sorted(
                        Version(
                            each["revision"],
                            each["received_at"],
                            bytes.fromhex(submission),
                            each["content"],
                            tuple(each["members"]),
                        )
                        for submission, each in fields["versions"].items()
                    )
                ),
            )
            for lineage, fields in (document or {"lineages": {}})["lineages"].items()
        )
    )


def _claim_update(change: ClaimChange) -> Document:
    path = f"claims.{change.claimant.hex()}"
    added = [change.added.received_at, change.added.submission]
    match change.operation:
        case Operation.WITHDRAW:
            return {"$unset": {path: ""}}
        case Operation.CLAIM:
            return {"$set": {path: {"added": added, "facts": [[fact.place, fact.traits] for fact in change.facts]}}}
        case Operation.ADJUST:
            return {"$set": {f"{path}.added": added}}


def _person(document: Document | None) -> Person:
    return Person(
        tuple(
            Claim(
                bytes.fromhex(claimant),
                Added(*claim["added"]),
                tuple(Fact(place, traits) for place, traits in claim["facts"]),
            )
            for claimant, claim in (document or {}).get("claims", {}).items()
        )
    )


STAGES = {"validate": validate, "deduplicate": deduplicate, "aggregate": aggregate}

if __name__ == "__main__":
    name = sys.argv.pop()
    running = StageApp(PEER.name, name)
    STAGES[name](running)
    running.run()
