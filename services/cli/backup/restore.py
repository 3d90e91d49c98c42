"""`cacah restore`: the backup's documents as they were, then a new generation that is caught up from the log."""

import asyncio
import gzip
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import bson
from pymongo import MongoClient
from rich.console import Console

from services.cli.backup.manifest import Manifest, catalogue_hash, read_manifest
from services.cli.backup.secrets import KEYS_FILE, unseal_keys
from services.cli.backup.take import ENDING
from services.cli.errors import Failure
from services.cli.reach import reach_kafka, reach_mongo
from services.cli.replay.command import Report, Wishes
from services.cli.replay.command import run as replay
from shared.contracts.topics import SUBMISSIONS
from shared.ledger.entry import digest
from shared.runtime.keys import load_keys
from shared.runtime.settings import Settings
from shared.streaming.admin import TopicsError, topic_identity
from shared.streaming.log import KafkaLog

Document = dict[str, Any]
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Restored:
    """`lost`: what of the log was counted when the backup was made and is not there now, in words."""

    manifest: Manifest
    keys: int
    lost: tuple[str, ...]
    replayed: Report


def restore(settings: Settings, folder: Path, passphrase: bytes | None, console: Console) -> Restored:
    """Raises Failure where MongoDB holds counts already, the keys do not open the log, or the log cannot be counted from
    its beginning. Nothing is written then."""
    manifest = read_manifest(folder)
    reach_kafka(settings)
    reach_mongo(settings)
    lost = asyncio.run(_missing(settings, manifest))
    keys = _restore_keys(settings, folder, manifest, passphrase)
    load_keys(settings.keys, settings.kek)
    if manifest.catalogue != catalogue_hash():
        console.print("the regions have changed since the backup: totals are counted by those of today")
    for line in lost:
        console.print(f"lost: {line}", soft_wrap=True)
    _put_documents(settings, folder)
    replayed = replay(replace(settings, pinned=False), Wishes(force=True, near=0), console)
    return Restored(manifest, keys, lost, replayed)


def _restore_keys(settings: Settings, folder: Path, manifest: Manifest, passphrase: bytes | None) -> int:
    if not manifest.keys or passphrase is None:
        return 0
    return unseal_keys((folder / KEYS_FILE).read_bytes(), passphrase, settings.keys)


async def _missing(settings: Settings, manifest: Manifest) -> tuple[str, ...]:
    """What cannot be restored, because only the log had it. Raises Failure where nothing can be counted without it: a
    count begins with the first record, and the keys of households live by the number of partitions."""
    _require_log(settings, manifest)
    log = KafkaLog(settings.kafka, SUBMISSIONS)
    lost: list[str] = []
    for partition, cut in enumerate(manifest.cuts):
        found = await log.look(partition, cut.last)
        where = f"{SUBMISSIONS}[{partition}]"
        if found.first > 0:
            raise Failure(
                f"{where}: {found.first} records at its beginning are gone, and without them nothing can be counted",
                fix="put the log back from a replica or a mirror, with its offsets, then call this again",
            )
        if found.end <= cut.last:
            lost.append(f"{where}: {cut.last + 1 - found.end} records at its end, which cannot be restored")
        elif cut.last >= 0 and digest(found.value or b"").hex() != cut.head:
            lost.append(f"{where}: offset {cut.last} is another record; what was there cannot be restored")
    return tuple(lost)


def _require_log(settings: Settings, manifest: Manifest) -> None:
    """Raises Failure."""
    fix = "put the log back from a replica or a mirror, with its partitions and offsets, then call this again"
    try:
        partitions = topic_identity(settings.kafka, SUBMISSIONS).partitions
    except TopicsError:
        raise Failure(f"{SUBMISSIONS} is not there: it is no part of a backup", fix=fix) from None
    if partitions != len(manifest.cuts):
        raise Failure(f"{SUBMISSIONS} has {partitions} partitions, and had {len(manifest.cuts)}", fix=fix)


def _put_documents(settings: Settings, folder: Path) -> None:
    with MongoClient[Document](settings.mongo) as client:
        database = client[settings.database]
        counted = [name for name in database.list_collection_names() if name.startswith("ledger.")]
        if any(database[name].find_one({}, {"_id": 1}) for name in counted):
            raise Failure(
                f"the database {settings.database} holds counts already",
                fix="stop the system and drop that database, or set CACAH_DATABASE to a new one",
            )
        for file in sorted(folder.glob(f"*{ENDING}")):
            collection = database[file.name.removesuffix(ENDING)]
            # Written by a start of the system before: the backup's are the right ones.
            collection.delete_many({})
            batch: list[Document] = []
            with gzip.open(file, "rb") as documents:
                for document in bson.decode_file_iter(cast("BinaryIO", documents)):
                    batch.append(document)
                    if len(batch) == _BATCH:
                        collection.insert_many(batch)
                        batch = []
            if batch:
                collection.insert_many(batch)
