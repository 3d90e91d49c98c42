"""Quix Streams, the closest engine in Python: its own state on RocksDB with a changelog topic, a step per event, a
batching sink for totals."""

import sys
from typing import Any

from pymongo import MongoClient, UpdateOne
from quixstreams import Application, State
from quixstreams.sinks import BatchingSink, SinkBatch

from bench.peers.claims_json import Json, of_change, of_delta, to_change, to_delta
from bench.peers.peer import Peer
from bench.peers.states import FormReader, counts_of, topics_between
from services.deduplicator.state import pack_person, unpack_person
from services.validator.state import pack_household, unpack_household
from shared.contracts.topics import SUBMISSIONS
from shared.domain.households import apply_version
from shared.domain.persons import apply_change, deltas
from shared.runtime.settings import Settings, load_settings

PEER = Peer(
    name="quix",
    title="Quix Streams",
    modules=("bench.peers.quix:validate", "bench.peers.quix:deduplicate", "bench.peers.quix:aggregate"),
    topics=lambda settings: topics_between("quix", settings),
    collection="totals",
    after_a_kill="at least once: what was added to totals after the last commit is added again",
)
CLAIMS, CHANGES = "bench.quix.claims", "bench.quix.changes"


def validate(app: Application, settings: Settings) -> None:
    reader = FormReader(settings)

    def claims(record: bytes, state: State) -> list[Json]:
        form = reader.read(record)
        if form is None:
            return []
        outcome = apply_version(_household(state), form.lineage, form.version, form.facts)
        state.set("household", pack_household(outcome.household).hex())
        return [of_change(change) for change in outcome.changes]

    forms = app.dataframe(app.topic(SUBMISSIONS, key_deserializer="bytes", value_deserializer="bytes"))
    forms = forms.apply(claims, stateful=True).apply(lambda changes: changes, expand=True)
    forms.to_topic(app.topic(CLAIMS), key=lambda change: change["person"])


def deduplicate(app: Application, settings: Settings) -> None:
    del settings

    def changes(content: Json, state: State) -> list[Json]:
        change = to_change(content)
        known = unpack_person(bytes.fromhex(state.get("person", "")))
        after = apply_change(known, change)
        state.set("person", pack_person(after).hex())
        return [of_delta(delta) for delta in deltas(known, after)]

    claims = app.dataframe(app.topic(CLAIMS))
    claims = claims.apply(changes, stateful=True).apply(lambda deltas: deltas, expand=True)
    claims.to_topic(app.topic(CHANGES), key=lambda delta: str(delta["place"]))


def aggregate(app: Application, settings: Settings) -> None:
    app.dataframe(app.topic(CHANGES)).sink(Totals(settings))


class Totals(BatchingSink):  # type: ignore[misc]  # untyped where the bench's packages are not installed
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        client: MongoClient[dict[str, Any]] = MongoClient(settings.mongo)
        self._totals = client[settings.database][PEER.collection]

    def write(self, batch: SinkBatch) -> None:
        added = counts_of(to_delta(item.value) for item in batch)
        if added:
            self._totals.bulk_write(
                [
                    UpdateOne(
                        {"_id": region},
                        {"$inc": {f"counters.{code}": by for code, by in counters.items()}},
                        upsert=True,
                    )
                    for region, counters in added.items()
                    if counters
                ],
                ordered=False,
            )


def _household(state: State) -> Any:
    return unpack_household(bytes.fromhex(state.get("household", "")))


STAGES = {"validate": validate, "deduplicate": deduplicate, "aggregate": aggregate}

if __name__ == "__main__":
    name, found = sys.argv.pop(), load_settings()
    running = Application(
        found.kafka,
        consumer_group=f"{found.database}.{name}",
        auto_offset_reset="earliest",
        commit_interval=1.0,
        state_dir=found.state / "quix" / name,
        loglevel="WARNING",
    )
    STAGES[name](running, found)
    running.run()
