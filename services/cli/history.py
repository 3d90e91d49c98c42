"""For how long MongoDB keeps what documents were: a snapshot that is read for longer than that fails.

Cacah's own mongod keeps it for seconds, for totals change several times a second. What has to read for minutes asks for
more, where it may.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

_PARAMETER: Final = "minSnapshotHistoryWindowInSeconds"
_SNAPSHOT_TOO_OLD: Final = 239
LONGER: Final = f"have MongoDB keep it for longer, in mongosh: db.adminCommand({{setParameter: 1, {_PARAMETER}: 3600}})"


@contextmanager
def kept_for(client: MongoClient[dict[str, Any]], seconds: int) -> Iterator[None]:
    """Where MongoDB lets this user set it; elsewhere for as long as it does anyway."""
    was = _set(client, seconds)
    try:
        yield
    finally:
        if was is not None:
            _set(client, was)


def _set(client: MongoClient[dict[str, Any]], seconds: int) -> int | None:
    """What it was; None where it cannot be set."""
    try:
        return int(client.admin.command({"setParameter": 1, _PARAMETER: seconds})["was"])
    except OperationFailure:
        return None


def is_too_old(problem: PyMongoError) -> bool:
    return getattr(problem, "code", None) == _SNAPSHOT_TOO_OLD
