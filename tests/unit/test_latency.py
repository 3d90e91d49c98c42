"""Latencies: what is not there in time counts as late, and a form is counted when its offset is passed."""

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from services.cli.bench.latency import Load
from services.cli.bench.spread import Watermarks, spread

SECONDS = st.floats(0, 100)


def test_quantiles_are_latencies_that_were_measured() -> None:
    found = spread([float(number) for number in range(1, 1001)])
    assert (found.p50, found.p99, found.p999, found.worst) == (500.0, 990.0, 999.0, 1000.0)


def test_what_never_came_is_later_than_everything() -> None:
    found = spread([1.0] * 98, missing=2)
    assert (found.forms, found.missing, found.p50, found.p99, found.worst) == (98, 2, 1.0, inf, inf)


@given(st.lists(SECONDS, min_size=1, max_size=200))
def test_at_most_the_share_beyond_a_quantile_took_longer(latencies: list[float]) -> None:
    found = spread(latencies)
    for quantile, value in ((0.5, found.p50), (0.99, found.p99), (0.999, found.p999)):
        assert value in latencies
        assert sum(each > value for each in latencies) <= (1 - quantile) * len(latencies) + 1e-9


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=20), st.integers(0, 20))
def test_a_form_is_counted_when_a_position_beyond_it_is_first_seen(looks: list[tuple[int, int]], offset: int) -> None:
    marks = Watermarks()
    offsets = sorted(position for position, _ in looks)
    for moment, position in enumerate(offsets):
        marks.see(position, float(moment))
    expected = next((float(moment) for moment, position in enumerate(offsets) if position > offset), None)
    assert marks.counted_at(offset) == expected


def test_a_load_has_as_many_forms_as_are_due_in_its_time() -> None:
    assert Load(0.5, 750.0, 20.0).forms == 15_000
