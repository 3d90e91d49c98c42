"""Too much in a row that cannot be processed stops the worker, exactly and across its starts.

Seen to fail with a run that is not kept, one that good records do not end, and a limit that is off by one.
"""

from collections.abc import Mapping, Sequence

import pytest

from services.validator.caution import RUN, CautiousFold
from services.validator.fold import Prepared
from services.validator.orders import Orders
from services.validator.refusals import Refused
from shared.ledger.errors import TooManySetAside
from shared.ledger.fold import Folded, Input

GOOD, BAD = Orders(), Refused(Input(2, 7, b""), "not-a-record")


class Plain:
    """Knows one key, and changes nothing."""

    def prepare(self, inputs: Sequence[Input]) -> Prepared:
        del inputs
        return []

    def keys(self, prepared: Prepared) -> Sequence[bytes]:
        del prepared
        return [b"household"]

    def fold(self, prepared: Prepared, states: Mapping[bytes, bytes]) -> Folded:
        del prepared
        assert states.keys() >= {b"household"}
        return Folded({}, (b"",))


class Partition:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._state = b""

    def batch(self, *prepared: Refused | Orders) -> None:
        """By a worker that has just started."""
        fold = CautiousFold(Plain(), self._limit)
        states = {key: self._state if key == RUN else b"" for key in fold.keys(list(prepared))}
        folded = fold.fold(list(prepared), states)
        self._state = folded.states.get(RUN, self._state)


def test_as_many_as_the_limit_are_set_aside_and_the_next_one_stops() -> None:
    partition = Partition(3)
    partition.batch(BAD, BAD, BAD)
    with pytest.raises(TooManySetAside, match="partition=2 offset=7: more than 3 records"):
        partition.batch(BAD)


def test_the_run_goes_on_over_batches_and_starts() -> None:
    partition = Partition(3)
    for _ in range(3):
        partition.batch(BAD)
    for _ in range(2):
        with pytest.raises(TooManySetAside):
            partition.batch(GOOD if _ else BAD, BAD, BAD, BAD, BAD)


def test_something_good_ends_a_run() -> None:
    partition = Partition(3)
    for _ in range(5):
        partition.batch(BAD, BAD, GOOD, BAD)
        partition.batch(GOOD)


def test_without_a_limit_nothing_stops() -> None:
    Partition(0).batch(*[BAD] * 5000)


def test_a_batch_that_changes_no_run_writes_none() -> None:
    fold = CautiousFold(Plain(), 3)
    assert fold.fold([GOOD], {RUN: b"", b"household": b""}).states == {}
