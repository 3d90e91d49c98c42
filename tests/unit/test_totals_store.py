"""The aggregator's store, and what it refuses to go on from."""

import pytest

from services.aggregator.announcing import refuse_older
from services.aggregator.store import TotalsStore
from shared.ledger.errors import Fenced, LedgerMismatch
from shared.ledger.ports import Position

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


@pytest.mark.parametrize(("published", "own"), [((0, 0), (1, 0)), ((1, 5), (1, 5)), ((1, 9), (2, 1))])
def test_totals_may_follow_what_was_published(published: tuple[int, int], own: tuple[int, int]) -> None:
    refuse_older(published, own)


@pytest.mark.parametrize(("published", "own"), [((1, 6), (1, 5)), ((2, 1), (1, 900))])
def test_totals_older_than_what_was_published_are_refused(published: tuple[int, int], own: tuple[int, int]) -> None:
    with pytest.raises(LedgerMismatch, match="older backup"):
        refuse_older(published, own)
