"""How much of the disk each store has."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from shared.runtime.settings import Settings


def sizes(settings: Settings, engines: Path) -> Mapping[str, int]:
    """Bytes, by store: topics, collections and the local stores of stages."""
    found = Counter[str]()
    for partition in (engines / "kafka").glob("**/*-[0-9]*"):
        if partition.is_dir():
            found[f"topic {partition.name.rpartition('-')[0]}"] += folder_bytes(partition)
    with MongoClient[dict[str, Any]](settings.mongo) as client:
        database = client[settings.database]
        for name in database.list_collection_names(filter={"type": "collection"}):
            figures = database.command("collStats", name)
            found[f"collection {name}"] += int(figures["storageSize"] + figures["totalIndexSize"])
    for store in (settings.state / "store").glob("*"):
        found[f"store {store.name}"] += folder_bytes(store)
    return dict(sorted(found.items()))


def folder_bytes(folder: Path) -> int:
    """On the disk: files with holes, as Kafka's indexes, count with what they take up."""
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file())
