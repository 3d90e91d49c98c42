"""Becoming a partition's owner: bring the store up to the ledger, and find what may not have been published."""

from collections.abc import AsyncIterator

from shared.ledger.entry import GENESIS_CHAIN, Entry
from shared.ledger.errors import LedgerMismatch
from shared.ledger.packing import unpack_states
from shared.ledger.ports import Ledger, Position, Store

_CATCH_UP_STATES = 50_000


async def catch_up(partition: int, newest: Entry | None, ledger: Ledger, store: Store) -> None:
    """Make the store hold exactly the states as of `newest`."""
    if not await _continues(partition, newest, ledger, store):
        store.wipe()
    if newest is None:
        return
    position = store.position()
    states: dict[bytes, bytes] = {}
    async for entry in ledger.entries(partition, position.number, newest.number):
        if entry.number != position.number + 1 or entry.previous != position.chain:
            raise LedgerMismatch(
                f"partition={partition} entry={entry.number} does not continue entry {position.number}: "
                "the ledger has a gap. Restore it, or start a new generation: cacah replay"
            )
        states.update(unpack_states(entry.states))
        position = Position(entry.number, entry.chain)
        if len(states) >= _CATCH_UP_STATES:
            store.put(states, position)
            states = {}
    if position.number != newest.number:
        raise LedgerMismatch(f"partition={partition}: entries after {position.number} are missing. Restore the ledger")
    store.put(states, position)


async def _continues(partition: int, newest: Entry | None, ledger: Ledger, store: Store) -> bool:
    """Whether the store is of this ledger, and not ahead of it."""
    position = store.position()
    if position.number == 0:
        return position.chain == GENESIS_CHAIN
    if newest is None or position.number > newest.number:
        return False
    return await ledger.chain_at(partition, position.number) == position.chain


async def unpublished(newest: Entry, ledger: Ledger) -> AsyncIterator[Entry]:
    """The entries that a crash may have kept from being published; what is published twice is dropped by readers."""
    async for entry in ledger.entries(newest.partition, newest.published, newest.number):
        yield entry
