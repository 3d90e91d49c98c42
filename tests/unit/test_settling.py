"""What a checkpoint leaves for a later one, and when that one comes."""

from services.aggregator.settling import Settling
from services.aggregator.totals import Totals
from shared.contracts.changes import decode_deltas, encode_deltas
from shared.domain.claims import Delta
from shared.domain.facts import PERSON, Fact
from shared.domain.regions import catalogue


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_was_left_is_due_after_some_seconds_from_the_first_of_it() -> None:
    clock = Clock()
    left: Settling[str] = Settling(clock, every=3.0, each=0.5)
    left.leave(["a"])
    clock.now += 3.9
    left.leave(["b", "a"])
    assert left
    assert not left.is_due()
    clock.now += 0.1
    assert left.is_due()
    assert left.take() == {"a", "b"}
    assert not left
    left.leave(["c"])
    assert not left.is_due()


def test_where_nothing_is_left_any_checkpoint_is_complete() -> None:
    assert Settling[str](Clock()).is_due()


def test_more_than_one_transaction_should_hold_does_not_wait() -> None:
    left: Settling[int] = Settling(Clock(), most=3)
    left.leave(range(2))
    assert not left.is_due()
    left.leave([2])
    assert left.is_due()


def test_what_was_left_is_added_to_villages_and_days_and_not_to_the_regions_above() -> None:
    once, twice = Totals(catalogue()), Totals(catalogue())
    deltas = decode_deltas(encode_deltas([Delta(Fact(3509122003, PERSON), 20_000, 1)] * 3))
    changed = once.apply(deltas)
    left = twice.apply_left(deltas)
    assert left.days == changed.days
    assert left.rows == {row for row in changed.rows if row >= once.first_village}
    for row in changed.rows:
        expected = once.counters(row) if row in left.rows else {}
        assert twice.counters(row) == expected
    assert all(twice.day(row, day) == once.day(row, day) for row, day in changed.days)
