"""`cacah targets`: known numbers in MongoDB, where the dashboard sees them within seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from pymongo import AsyncMongoClient
from rich.table import Table

from services.cli.console import output, print_json
from services.cli.errors import Failure
from services.cli.reach import reach_mongo
from shared.domain.regions import UnknownRegionError, catalogue
from shared.runtime.settings import Settings
from shared.runtime.targets import MongoTargets, Target, TargetsError, read_targets

Answer = TypeVar("Answer")


def run_load(settings: Settings, file: Path, *, as_json: bool) -> None:
    """Raises Failure where any line is wrong; then nothing was taken."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            targets = read_targets(lines)
    except (TargetsError, UnicodeDecodeError) as problem:
        words = str(problem) if isinstance(problem, TargetsError) else "it is not UTF-8"
        raise Failure(f"{file}: {words}", fix="correct it and load it again; nothing was taken") from None
    taken = _with_targets(settings, lambda store: store.put(targets))
    if as_json:
        print_json({"taken": taken})
    else:
        output().print(f"{taken:,} targets taken from {file}", markup=False)


def run_list(settings: Settings, *, as_json: bool) -> None:
    targets = _with_targets(settings, lambda store: store.all())
    if as_json:
        print_json([_json_of(target) for target in targets.values()])
        return
    table = Table("Subject", "Name", "Number", "Source", "Date")
    for target in targets.values():
        table.add_row(target.subject, _name(target.subject), f"{target.number:,}", target.source, target.day)
    output().print(table)


def _name(subject: str) -> str:
    try:
        return catalogue().name(subject)
    except UnknownRegionError:
        return ""


def _json_of(target: Target) -> dict[str, Any]:
    return {"subject": target.subject, "number": target.number, "source": target.source, "date": target.day}


def _with_targets(settings: Settings, use: Callable[[MongoTargets], Awaitable[Answer]]) -> Answer:
    reach_mongo(settings)

    async def run() -> Answer:
        async with AsyncMongoClient[dict[str, Any]](settings.mongo, appname="cacah-targets") as client:
            return await use(MongoTargets(client, settings.database))

    return asyncio.run(run())
