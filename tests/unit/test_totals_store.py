"""The aggregator's store, and what it refuses to go on from."""

import asyncio

import pytest

from services.aggregator.announcing import Version, refuse_older
from services.aggregator.store import TotalsStore
from shared.ledger.entry import Entry
from shared.ledger.errors import Fenced, LedgerMismatch
from shared.ledger.ports import Position
from tests.ledger import chain_of_entries

FIFTH, SIXTH = Position(5, b"e" * 32), Position(6, b"f" * 32)


class Totals:
    at = 5


def test_totals_that_are_not_those_of_the_newest_checkpoint_belong_to_somebody_who_still_counts() -> None:
    store = TotalsStore(Totals(), FIFTH)
    store.put({}, FIFTH)
    with pytest.raises(Fenced):
        store.put({}, SIXTH)
    assert store.position() == FIFTH


def test_totals_whose_checkpoint_is_not_in_the_ledger_are_refused() -> None:
    with pytest.raises(LedgerMismatch, match="totals are those of checkpoint 5"):
        TotalsStore(Totals(), FIFTH).wipe()


class Ledger:
    """Ends at a checkpoint."""

    def __init__(self, number: int) -> None:
        self._number = number

    async def newest(self, partition: int) -> Entry | None:
        return chain_of_entries(self._number, partition)[-1] if self._number else None


@pytest.mark.parametrize(("published", "own"), [((0, 0), (1, 0)), ((1, 5), (1, 5)), ((1, 9), (2, 1))])
def test_totals_may_follow_what_was_published(published: Version, own: Version) -> None:
    asyncio.run(refuse_older(published, own, Ledger(own[1])))


@pytest.mark.parametrize(("published", "own"), [((1, 6), (1, 5)), ((1, 1), (1, 0)), ((2, 1), (1, 900))])
def test_totals_older_than_what_was_published_are_refused(published: Version, own: Version) -> None:
    with pytest.raises(LedgerMismatch, match=f"ends at generation 1 checkpoint {own[1]}: .*older backup"):
        asyncio.run(refuse_older(published, own, Ledger(own[1])))


def test_who_read_the_totals_before_a_successor_went_on_leaves() -> None:
    """Its own totals are old; the ledger is not."""
    with pytest.raises(Fenced):
        asyncio.run(refuse_older((1, 5), (1, 2), Ledger(6)))
