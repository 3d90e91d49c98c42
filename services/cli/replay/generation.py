"""Which generation a replay builds: the one that an earlier replay left unfinished, or the next one."""

import re
from typing import Any

from kafka.admin import KafkaAdminClient
from pymongo.database import Database

from services.cli.errors import Failure
from shared.runtime.database import GENERATIONS, live_generation
from shared.runtime.settings import Settings

Document = dict[str, Any]
_NAMED = re.compile(r"\.g([0-9]+)$")
BUILDING = "building"
LIVE = "live"
GIVEN_UP = "given-up"


def choose_generation(database: Database[Document], settings: Settings, persons: int | None) -> tuple[str, str]:
    """Its name, and that of the one before it. Written down, so that a replay that was interrupted goes on with it.

    Raises Failure where an unfinished one has other partitions than are asked for.
    """
    begun = database[GENERATIONS].find_one({"state": BUILDING})
    if begun is not None:
        if persons not in {None, begun.get("persons")}:
            raise Failure(
                f"a replay into {begun['_id']} with {begun.get('persons') or 'the usual'} partitions is unfinished",
                fix="finish it without --partitions, or drop it with: cacah replay --give-up",
            )
        return str(begun["_id"]), str(begun["before"])
    before = live_generation(database)
    name = f"g{_highest(database, settings) + 1}"
    database[GENERATIONS].insert_one({"_id": name, "state": BUILDING, "persons": persons, "before": before})
    return name, str(before)


def give_up(database: Database[Document]) -> str | None:
    """The unfinished generation is not to be; None where there is none."""
    begun = database[GENERATIONS].find_one_and_update({"state": BUILDING}, {"$set": {"state": GIVEN_UP}})
    return None if begun is None else str(begun["_id"])


def _highest(database: Database[Document], settings: Settings) -> int:
    """Of all that either engine has ever heard of: a database from a backup may not know the newest."""
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka.split(","), client_id="cacah-replay")
    try:
        topics = admin.list_topics()
    finally:
        admin.close()
    names = [*topics, *database.list_collection_names(), *(f".{each['_id']}" for each in database[GENERATIONS].find())]
    return max((int(found[1]) for found in map(_NAMED.search, names) if found), default=1)
