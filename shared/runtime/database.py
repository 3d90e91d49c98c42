"""What MongoDB must hold before anything runs: collections of a generation, and views with the names people know.

People and services read `regions`, `conflicts` and so on. Those are views on the live generation's collections, so
that a rebuilt generation comes into force for every reader by changing what the views show.
"""

from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import CollectionInvalid

Document = dict[str, Any]

PUBLIC = ("regions", "region_days", "agencies", "agency_days", "conflicts", "quarantine", "lineages", "calendar")
_INNER = ("ledger.household", "ledger.person", "checkpoints")
_LIVE = "live"

QUARANTINE_ACTIONS = "quarantine_actions"
"""What operators did about records that were set aside; of no generation."""

KEYS = "keys"
"""Public halves, for processes that are given no secrets; of no generation."""

ASIDE_KEY = "aside"
"""Of what is set aside: `public`."""

GENERATIONS = "generations"
"""Which generation is live, and a document for each of them."""


def prepare_database(uri: str, name: str, generation: str) -> None:
    """Create what is missing; change nothing that is there."""
    client: MongoClient[Document] = MongoClient(uri, serverSelectionTimeoutMS=10_000, appname="cacah-prepare")
    try:
        database = client[name]
        for collection in (*PUBLIC, *_INNER):
            _create(database, f"{collection}.{generation}")
        for totals in ("regions", "agencies"):
            database[f"{totals}.{generation}"].create_index("version")
        database[f"conflicts.{generation}"].create_index("claims.claimant")
        database[f"quarantine.{generation}"].create_index("reason")
        _create(database, QUARANTINE_ACTIONS)
        # A draft is deleted when it expires. Drafts, as partners, are no generation's.
        database["drafts"].create_index("expires_at", expireAfterSeconds=0)
        database[GENERATIONS].update_one({"_id": _LIVE}, {"$setOnInsert": {"generation": generation}}, upsert=True)
        point_views(database)
    finally:
        client.close()


def point_views(database: Database[Document]) -> None:
    """Let every view show the live generation's collection."""
    live = live_generation(database)
    shown = {each["name"]: each["options"].get("viewOn") for each in database.list_collections(filter={"type": "view"})}
    for view in PUBLIC:
        if view not in shown:
            _create(database, view, viewOn=f"{view}.{live}", pipeline=[])
        elif shown[view] != f"{view}.{live}":
            database.command("collMod", view, viewOn=f"{view}.{live}", pipeline=[])


def live_generation(database: Database[Document]) -> str | None:
    """The generation that readers see; None before anything was prepared."""
    pointer = database[GENERATIONS].find_one({"_id": _LIVE})
    return None if pointer is None else str(pointer["generation"])


def _create(database: Database[Document], name: str, **options: Any) -> None:
    try:
        database.create_collection(name, **options)
    except CollectionInvalid:
        # It is there already, made by an earlier start or by one at the same time.
        return
