"""The local store on RocksDB: one folder per partition, one column family, no write-ahead log.

Without the log a crash loses the newest writes, and what survives is a prefix of them, position included; the ledger
fills the rest in. A position travels in the same write batch as the states that it stands for.
"""

import shutil
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

from rocksdict import (
    BlockBasedOptions,
    Cache,
    DBCompactionStyle,
    DBCompressionType,
    Options,
    Rdict,
    WriteBatch,
    WriteBufferManager,
    WriteOptions,
)

from shared.ledger.ports import BEGINNING, Position

_POSITION_KEY = b"\0position"
_POSITION = struct.Struct(">Q32s")


class StoreMemory:
    """What the stores of one process may have in memory, however many they are: tables' filters and indexes, blocks that
    were read, and writes that are not on the disk yet, which are charged to the same account.

    Args:
        total: bytes, of which three in eight may be writes; when those are full, the store with the most of them writes
            its own out. Where filters and indexes have no room every question reads the disk: 2 bytes for each key.
    """

    def __init__(self, total: int = 64 << 20) -> None:
        self.cache = Cache(total)
        self.writes = WriteBufferManager.new_write_buffer_manager_with_cache(total * 3 // 8, False, self.cache)  # noqa: FBT003


class RocksStore:
    """Raises the library's own error where another process holds the folder; see `open_store`."""

    def __init__(self, folder: Path, memory: StoreMemory | None = None) -> None:
        self._folder = folder
        self._memory = memory or StoreMemory()
        self._database = self._open()
        self._unlogged = WriteOptions()
        # The stubs call this property a method.
        self._unlogged.disable_wal = True  # type: ignore[method-assign,assignment]
        self._unlogged.memtable_insert_hint_per_batch = True

    def position(self) -> Position:
        packed = self._database.get(_POSITION_KEY)
        return Position(*_POSITION.unpack(packed)) if packed else BEGINNING

    def get(self, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        if not keys:
            return []
        # A list of keys gives a list of values, which the stubs do not say.
        return self._database[list(keys)]  # type: ignore[return-value]

    def put(self, states: Mapping[bytes, bytes], position: Position) -> None:
        batch = WriteBatch(raw_mode=True)
        # In order, each finds its place in memory beside the one before.
        for key, state in sorted(states.items()):
            batch.put(key, state)
        batch.put(_POSITION_KEY, _POSITION.pack(position.number, position.chain))
        self._database.write(batch, self._unlogged)

    def wipe(self) -> None:
        self.close()
        shutil.rmtree(self._folder)
        self._database = self._open()

    def close(self) -> None:
        self._database.close()

    def _open(self) -> Rdict:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        return Rdict(str(self._folder), _options(self._memory))


def open_store(folder: Path, memory: StoreMemory | None = None) -> RocksStore:
    """The store in `folder`, or, where a worker that is on its way out still holds that, in a fresh one beside it:
    a store can always be built again."""
    try:
        return RocksStore(folder, memory)
    except Exception as problem:  # the library has one exception type for everything
        if "lock" not in str(problem).lower():
            raise
        number = 1
        while (fresh := folder.with_name(f"{folder.name}-{number}")).exists():
            number += 1
        return RocksStore(fresh, memory)


def _options(memory: StoreMemory) -> Options:
    options = Options(raw_mode=True)
    options.create_if_missing(True)  # noqa: FBT003  # the library's own signature
    options.set_write_buffer_manager(memory.writes)
    options.set_write_buffer_size(16 << 20)
    options.set_max_write_buffer_number(3)
    # Keys are hashes, so every table has some from everywhere. Merging tables of one size is a third of what merging
    # into the next level would be, and filters spare looking into those that do not have a key.
    options.set_compaction_style(DBCompactionStyle.universal())
    options.set_level_zero_file_num_compaction_trigger(6)
    # Most keys are asked for once, before anything is known of them: so that memory says no without a search.
    options.set_memtable_prefix_bloom_ratio(0.02)
    options.set_memtable_whole_key_filtering(True)  # the library's own signature
    options.set_compression_type(DBCompressionType.none())
    options.set_keep_log_file_num(2)
    tables = BlockBasedOptions()
    # Few blocks are ever read, and each has its place in an index that is in memory.
    tables.set_block_size(16 << 10)
    tables.set_bloom_filter(10, block_based=False)
    tables.set_block_cache(memory.cache)
    tables.set_cache_index_and_filter_blocks(True)  # the library's own signature
    options.set_block_based_table_factory(tables)
    return options
