"""The aggregator's arrays against counting one by one."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.aggregator.fold import CHANGES, AggregatorFold
from services.aggregator.totals import Totals, UnknownPlaceError
from shared.contracts.changes import DELTA_ROW, DELTAS, decode_deltas, encode_deltas
from shared.contracts.sections import section
from shared.domain.census import day_of
from shared.domain.claims import Delta
from shared.domain.counters import COUNTERS
from shared.domain.facts import CLEAN, HOUSEHOLD, MALE, PERSON, Fact
from shared.domain.regions import NATION, catalogue
from shared.ledger.fold import Input

VILLAGES = {3509122003: "35.09.12.2003", 3509122001: "35.09.12.2001", 3578011001: "35.78.01.1001"}
TRAITS = (PERSON | MALE, PERSON | CLEAN | 3 << 7, HOUSEHOLD | CLEAN | 1 << 23)

DELTA = st.builds(
    Delta,
    st.builds(Fact, st.sampled_from(sorted(VILLAGES)), st.sampled_from(TRAITS)),
    st.integers(20_000, 20_003),
    st.sampled_from([-1, 1]),
)


@pytest.fixture(scope="module")
def empty() -> Totals:
    return Totals(catalogue())


def rows_of(deltas: list[Delta]) -> "np.ndarray[tuple[int], np.dtype[np.void]]":
    return decode_deltas(encode_deltas(deltas)) if deltas else np.empty(0, DELTA_ROW)


@settings(max_examples=60, deadline=None)
@given(deltas=st.lists(DELTA, max_size=12))
def test_arrays_equal_counting_one_by_one(empty: Totals, deltas: list[Delta]) -> None:
    before = {code: Counter(empty.counters(empty.codes.index(code))) for code in ("35.09", "35.78.01", NATION)}
    empty.apply(rows_of(deltas))
    for code, counted in before.items():
        expected = Counter(counted)
        for delta in deltas:
            if code == NATION or VILLAGES[delta.fact.place].startswith(code):
                for counter in COUNTERS:
                    if counter.counts(delta.fact.traits):
                        expected[counter.code] += delta.sign
        assert empty.counters(empty.codes.index(code)) == {key: value for key, value in expected.items() if value}


def test_what_changed_is_named_at_every_level() -> None:
    totals = Totals(catalogue())
    changed = totals.apply(rows_of([Delta(Fact(3509122003, PERSON), 20_000, 1)]))
    assert {totals.codes[row] for row in changed.rows} == {"00", "35", "35.09", "35.09.12", "35.09.12.2003"}
    assert {(totals.codes[row], day_of(day).isoformat()) for row, day in changed.days} == {
        (code, "2024-10-04") for code in ("00", "35", "35.09", "35.09.12", "35.09.12.2003")
    }


def test_totals_come_back_as_they_were_stored() -> None:
    totals, again = Totals(catalogue()), Totals(catalogue())
    changed = totals.apply(rows_of([Delta(Fact(3509122003, trait), 20_000, 1) for trait in TRAITS]))
    for row in changed.rows:
        again.restore(totals.codes[row], totals.counters(row))
    for row, day in changed.days:
        again.restore_day(totals.codes[row], day_of(day), totals.day(row, day))
    assert all(again.counters(row) == totals.counters(row) for row in changed.rows)
    assert all(again.day(row, day) == totals.day(row, day) for row, day in changed.days)


def test_a_village_that_is_not_in_the_catalogue_stops_the_count() -> None:
    with pytest.raises(UnknownPlaceError):
        Totals(catalogue()).apply(rows_of([Delta(Fact(9999999999, PERSON), 20_000, 1)]))


@given(st.lists(DELTA, max_size=20))
def test_an_entry_holds_what_remains_of_its_deltas(deltas: list[Delta]) -> None:
    fold = AggregatorFold()
    prepared = fold.prepare([Input(0, 1, section(DELTAS, encode_deltas(deltas)))])
    kept = fold.fold(prepared, {}).states.get(CHANGES, b"")
    expected: Counter[tuple[int, int, int]] = Counter()
    for delta in deltas:
        expected[delta.fact.place, delta.fact.traits, delta.day] += delta.sign
    found: Counter[tuple[int, int, int]] = Counter()
    for place, traits, day, sign in decode_deltas(kept).tolist():
        found[place, traits, day] += sign
    assert {cell: value for cell, value in expected.items() if value} == dict(found)
