"""A backup has MongoDB keep what documents were for longer, and leaves it as it was."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.engines import Endpoints
from services.cli.audit.live import LiveTotals, TotalsUnreachableError
from services.cli.history import is_too_old, kept_for

pytestmark = pytest.mark.engines
PARAMETER = "minSnapshotHistoryWindowInSeconds"


@pytest.fixture
def client(engines: Endpoints) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](engines.mongo) as client:
        yield client


def seconds(client: MongoClient[dict[str, Any]]) -> int:
    return int(client.admin.command({"getParameter": 1, PARAMETER: 1})[PARAMETER])


def test_the_local_mongod_keeps_seconds(client: MongoClient[dict[str, Any]]) -> None:
    assert seconds(client) == 20


def test_it_is_longer_for_as_long_as_somebody_reads(client: MongoClient[dict[str, Any]]) -> None:
    with kept_for(client, 600):
        assert seconds(client) == 600
    assert seconds(client) == 20

    def fail() -> None:
        with kept_for(client, 600):
            raise ConnectionError

    with pytest.raises(ConnectionError):
        fail()
    assert seconds(client) == 20


def test_where_it_may_not_be_set_it_is_as_it_is(
    client: MongoClient[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: Any, **named: Any) -> None:
        del arguments, named
        raise OperationFailure("not authorized", 13)

    monkeypatch.setattr(type(client.admin), "command", refused)
    with kept_for(client, 600):
        pass
    monkeypatch.undo()
    assert seconds(client) == 20


def test_an_audit_that_reads_for_too_long_says_what_to_set(engines: Endpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    too_old = OperationFailure("Read timestamp is older than the oldest available timestamp", 239)
    assert is_too_old(too_old)
    live = LiveTotals(engines.mongo, "no_such_database")

    def fail(*arguments: Any, **named: Any) -> None:
        del arguments, named
        raise too_old

    monkeypatch.setattr(live, "_region_cells", fail)
    with pytest.raises(TotalsUnreachableError, match=PARAMETER):
        live.read()
    live.close()
