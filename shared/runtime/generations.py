"""Which generation a process works on: the one that CACAH_GENERATION names, or the live one.

A generation is live when the document `live` in `generations` names it. A process that works on another one is silent:
it counts, and says nothing on outer topics.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.contracts.topics import TopicSpec, topic_specs
from shared.runtime.database import GENERATIONS, live_generation, point_views
from shared.runtime.settings import Settings

Document = dict[str, Any]
_PATIENCE_MS = 10_000


@dataclass(frozen=True, slots=True)
class Generation:
    """`persons`: partitions of persons, None where it has as many as every other topic. `live`: whether readers see
    it."""

    name: str
    persons: int | None
    live: bool


@contextmanager
def database_of(settings: Settings) -> Iterator[Database[Document]]:
    """Durable writes, and reads that see only such. Raises PyMongoError when it is used."""
    client: MongoClient[Document] = MongoClient(
        settings.mongo, serverSelectionTimeoutMS=_PATIENCE_MS, appname="cacah-generations"
    )
    try:
        yield client.get_database(
            settings.database,
            write_concern=WriteConcern("majority", j=True),
            read_concern=ReadConcern("majority"),
        )
    finally:
        client.close()


def generation_of(settings: Settings) -> Generation:
    """Raises PyMongoError."""
    with database_of(settings) as database:
        live = live_generation(database)
        name = settings.generation if settings.pinned else live or settings.generation
        document = database[GENERATIONS].find_one({"_id": name}) or {}
    return Generation(name, document.get("persons"), live in {None, name})


def at_live(settings: Settings) -> Settings:
    """The settings with the generation that is to be worked on. Raises PyMongoError."""
    return settings if settings.pinned else replace(settings, generation=generation_of(settings).name)


def specs_of(settings: Settings) -> tuple[TopicSpec, ...]:
    """The topics of the generation that is to be worked on. Raises PyMongoError."""
    generation = generation_of(settings)
    return topic_specs(settings.partitions, generation.name, persons=generation.persons)


def make_live(settings: Settings, name: str) -> None:
    """One document says which generation is live; the views that people read follow at once, and again at every start
    should this process not come to it."""
    with database_of(settings) as database:
        database[GENERATIONS].update_one({"_id": "live"}, {"$set": {"generation": name}}, upsert=True)
        point_views(database)
