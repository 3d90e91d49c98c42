"""`cacah quarantine open`: the bytes of a record that was set aside on an inner topic."""

import os
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient

from services.cli.console import output
from services.cli.errors import ExitCode, Failure
from services.cli.reach import reach_mongo
from shared.contracts.topics import SUBMISSIONS
from shared.runtime.keys import load_keys
from shared.runtime.sealed_box import BoxError, open_box
from shared.runtime.settings import Settings

_VIEW: Final = "quarantine"


def open_aside(settings: Settings, item: str, out: Path) -> None:
    """Raises Failure."""
    secret = load_keys(settings.keys, settings.kek).aside
    reach_mongo(settings)
    try:
        value = open_box(secret, _sealed(settings, item))
    except BoxError as problem:
        raise Failure(str(problem), fix="use the key folder of the system that set it aside (CACAH_KEYS)") from problem
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Failure(f"{out} is there already", fix="name another file", code=ExitCode.USAGE) from None
    except OSError as problem:
        raise Failure(f"{out} cannot be written: {problem.strerror}", fix="name another file") from problem
    with os.fdopen(descriptor, "wb") as file:
        file.write(value)
    output().print(f"{len(value)} bytes written to {out}", markup=False)


def _sealed(settings: Settings, item: str) -> bytes:
    if item.startswith(f"{SUBMISSIONS}|"):
        raise Failure(
            "a record of the submission topic is kept there, as it came", fix="read it with any Kafka consumer"
        )
    with MongoClient[dict[str, Any]](settings.mongo, appname="cacah-quarantine") as client:
        found = client[settings.database][_VIEW].find_one({"_id": item}, {"sealed": 1})
    if found is None:
        raise Failure("nothing of that id was set aside", fix="cacah quarantine ls --state all")
    if not found.get("sealed"):
        raise Failure("its bytes are on the topic alone: it was set aside before the stage was told a key")
    return bytes(found["sealed"])
