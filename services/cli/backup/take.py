"""`cacah backup`: everything of one moment that MongoDB holds for the live generation, and what belongs to no one."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure

from services.cli.backup.manifest import LAYOUT, MANIFEST, Cut, Manifest, catalogue_hash, hash_of, write_manifest
from services.cli.backup.secrets import KEYS_FILE, seal_keys
from services.cli.errors import Failure
from services.cli.history import LONGER, is_too_old, kept_for
from services.cli.reach import reach_kafka, reach_mongo
from shared.domain.regions import NATION
from shared.ledger.mongo import summary_in
from shared.runtime.generations import at_live
from shared.runtime.settings import Settings
from shared.streaming.origin import claim_origin, recorded_partitions

Document = dict[str, Any]
ENDING: Final = ".bson.gz"
_LOG: Final = "the submission log: it lives in Kafka, and a restore counts it again. Keep it on several brokers"
_LONGEST: Final = 6 * 3600
"""Seconds that a backup may take."""
_KEYS: Final = "the keys: without them the log cannot be opened. Copy the key folder to another safe place"
_OUTER: Final = "outer topics: what was published there was published"


def take_backup(settings: Settings, folder: Path, passphrase: bytes | None) -> Manifest:
    """Raises Failure where `folder` holds something already."""
    reach_kafka(settings)
    reach_mongo(settings)
    settings = at_live(settings)
    if folder.exists() and any(folder.iterdir()):
        raise Failure(f"{folder} is not empty", fix="name a new folder")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    origin = claim_origin(settings)
    with MongoClient[Document](settings.mongo) as client:
        database = client[settings.database]
        names = [name for name in sorted(_collections(database)) if belongs(name, settings.generation)]
        try:
            with kept_for(client, _LONGEST), client.start_session(snapshot=True) as session:
                for name in names:
                    _dump(database, name, folder / f"{name}{ENDING}", session)
                nation = database[f"regions.{settings.generation}"].find_one({"_id": NATION}, session=session) or {}
                cuts = _cuts(database, settings, nation.get("counted_up_to", []), session)
        except OperationFailure as problem:
            if not is_too_old(problem):
                raise
            raise Failure("it took longer than MongoDB keeps what documents were", fix=LONGER) from problem
    if passphrase is not None:
        (folder / KEYS_FILE).write_bytes(seal_keys(settings.keys, passphrase))
    manifest = Manifest(
        layout=LAYOUT,
        taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
        generation=settings.generation,
        cluster=origin.cluster,
        topic=origin.topic,
        log=origin.log,
        cuts=cuts,
        census_day=settings.census_day.isoformat(),
        catalogue=catalogue_hash(),
        people=nation.get("counters", {}).get("persons", 0),
        keys=passphrase is not None,
        files={path.name: hash_of(path) for path in sorted(folder.iterdir()) if path.name != MANIFEST},
        not_included=(_LOG, _OUTER) if passphrase is not None else (_LOG, _KEYS, _OUTER),
    )
    write_manifest(folder, manifest)
    return manifest


def _collections(database: Database[Document]) -> list[str]:
    return [
        each["name"]
        for each in database.list_collections()
        if each["type"] != "view" and not each["name"].startswith("system.")
    ]


def belongs(name: str, generation: str) -> bool:
    """To the live generation, or to none."""
    ending = name.rpartition(".")[2]
    return ending == generation or not (ending[:1] == "g" and ending[1:].isdigit())


def _dump(database: Database[Document], name: str, file: Path, session: ClientSession) -> None:
    with gzip.open(file, "wb", compresslevel=3) as out:
        for batch in database[name].find_raw_batches(session=session):
            # Raw batches are bytes, which the driver's types do not say.
            out.write(cast("bytes", batch))


def _cuts(
    database: Database[Document], settings: Settings, counted: list[int], session: ClientSession
) -> tuple[Cut, ...]:
    cuts: list[Cut] = []
    for partition in range(recorded_partitions(settings)[0]):
        newest = database[f"ledger.household.{settings.generation}"].find_one(
            {"_id": {"$gt": {"p": partition, "n": 0}, "$lt": {"p": partition + 1, "n": 0}}},
            sort=[("_id", -1)],
            session=session,
        )
        last, head = (-1, b"") if newest is None else (int(newest["last"]), summary_in(newest).head)
        cuts.append(Cut(last=last, head=head.hex(), counted=counted[partition] if counted else 0))
    return tuple(cuts)
