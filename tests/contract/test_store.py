"""What every store of states does, in memory and on RocksDB."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.ledger.entry import GENESIS_CHAIN
from shared.ledger.memory import MemoryStore
from shared.ledger.ports import Position, Store
from shared.ledger.rocks import RocksStore, StoreMemory, open_store
from tests.running import wait_for

BEGINNING = Position(0, GENESIS_CHAIN)
SECOND = Position(2, b"c" * 32)


@pytest.fixture(params=["memory", "rocks"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else RocksStore(tmp_path / "store")
    yield made
    made.close()


def test_a_new_store_stands_at_the_beginning(store: Store) -> None:
    assert store.position() == BEGINNING
    assert list(store.get([b"a", b"b"])) == [None, None]
    assert list(store.get([])) == []


def test_states_and_position_are_written_together(store: Store) -> None:
    store.put({b"a": b"1", b"b": b""}, SECOND)
    assert store.position() == SECOND
    assert list(store.get([b"b", b"c", b"a"])) == [b"", None, b"1"]


def test_a_later_state_replaces_an_earlier_one(store: Store) -> None:
    store.put({b"a": b"1"}, SECOND)
    store.put({b"a": b"2"}, SECOND)
    assert list(store.get([b"a"])) == [b"2"]


def test_a_wiped_store_has_forgotten_everything(store: Store) -> None:
    store.put({b"a": b"1"}, SECOND)
    store.wipe()
    assert store.position() == BEGINNING
    assert list(store.get([b"a"])) == [None]
    store.put({b"a": b"3"}, SECOND)
    assert list(store.get([b"a"])) == [b"3"]


def test_a_closed_store_is_found_again(tmp_path: Path) -> None:
    first = RocksStore(tmp_path / "store")
    first.put({b"a": b"1"}, SECOND)
    first.close()
    again = open_store(tmp_path / "store")
    assert again.position() == SECOND
    assert list(again.get([b"a"])) == [b"1"]
    again.close()


def test_a_store_that_somebody_holds_is_left_to_them(tmp_path: Path) -> None:
    held = RocksStore(tmp_path / "store")
    held.put({b"a": b"1"}, SECOND)
    fresh = open_store(tmp_path / "store")
    assert fresh.position() == BEGINNING
    assert list(held.get([b"a"])) == [b"1"]
    fresh.close()
    held.close()


def test_stores_of_a_process_have_one_account_of_memory(tmp_path: Path) -> None:
    memory = StoreMemory(16 << 20)
    stores = [RocksStore(tmp_path / str(number), memory) for number in range(3)]
    for written, store in enumerate(stores * 12):
        states = {f"{written}:{key}".encode(): bytes(1000) for key in range(1000)}
        store.put(states, Position(written + 1, GENESIS_CHAIN))
    # 36 MB in all, and 12 of each store, which alone would keep them.
    wait_for(lambda: 0 < memory.writes.get_usage() <= 20 << 20 or None)
    for number, store in enumerate(stores):
        assert store.get([f"{number}:999".encode()]) == [bytes(1000)]
        store.close()
