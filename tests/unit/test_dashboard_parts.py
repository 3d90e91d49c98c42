"""The small parts of the dashboard: how far behind, how fast, how numbers are written, where squares are."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dashboard.freshness import Freshness
from services.dashboard.pages import numbers
from services.dashboard.pages.charts import days_chart, pyramid, sparkline
from services.dashboard.pages.classes import PEOPLE, SHARES, class_of
from services.dashboard.pages.question import Question, read_question
from services.dashboard.pages.tiles import layout, short_name
from services.dashboard.ports import DayFigures, Step
from services.dashboard.published import Published
from services.dashboard.release.blocks import PEOPLE as AGES
from shared.domain.regions import NATION, Level, catalogue
from shared.web.languages import Language
from tests.dashboard_kit import Clock


class Ends:
    """A log that grows when a test says so; None: Kafka is away."""

    def __init__(self) -> None:
        self.now: tuple[int, ...] | None = (0, 0)

    async def ends(self) -> tuple[int, ...] | None:
        return self.now

    async def before(self, moment: datetime) -> tuple[int, ...] | None:
        return self.now

    def close(self) -> None:
        pass


def look(freshness: Freshness, clock: Clock, seconds: float) -> None:
    clock.forward(seconds=seconds)
    asyncio.run(freshness.look())


def test_everything_is_counted_up_to_the_last_look_whose_ends_the_count_has_passed() -> None:
    ends, clock = Ends(), Clock()
    freshness = Freshness(ends, now=clock)
    look(freshness, clock, 0)
    assert freshness.fresh().behind == 0
    ends.now = (10, 4)
    look(freshness, clock, 1)
    looked_at = clock.now
    freshness.counted((10, 3))
    clock.forward(seconds=2)
    assert freshness.fresh().behind == 3
    freshness.counted((10, 4))
    assert freshness.fresh().counted_at == looked_at
    assert freshness.fresh().behind == 2


def test_nothing_waits_where_nothing_comes() -> None:
    ends, clock = Ends(), Clock()
    freshness = Freshness(ends, now=clock)
    ends.now = (10, 4)
    freshness.counted((10, 4))
    for _ in range(600):
        look(freshness, clock, 0.5)
        freshness.store_answered(clock.now)
    assert freshness.fresh().behind == 0
    assert not freshness.fresh().stale


@pytest.mark.parametrize("away", ["count", "kafka", "mongo"])
def test_figures_that_stand_still_are_stale(away: str) -> None:
    ends, clock = Ends(), Clock()
    freshness = Freshness(ends, now=clock)
    for second in range(90):
        if away != "kafka":
            ends.now = (second, 0)
        elif second:
            ends.now = None
        if away != "count":
            freshness.counted((second, 0))
        if away != "mongo" or second < 60:
            freshness.store_answered(clock.now)
        look(freshness, clock, 1)
    assert freshness.fresh().stale


def step(number: int, at: datetime, persons: int) -> Step:
    return Step(number, at, "2026-09-26", {"35": {"counted": (persons, persons // 4)}})


def test_the_rate_is_that_of_the_last_minute() -> None:
    published, start = Published(), datetime(2026, 9, 26, tzinfo=UTC)
    assert published.figures("35", start).rate is None
    for second in range(200):
        persons = 1000 + 10 * second + (5000 if second > 150 else 0)
        published.accept(step(second + 1, start + timedelta(seconds=second), persons))
    rate = published.figures("35", start + timedelta(seconds=199)).rate
    assert rate == pytest.approx((10 * 60 + 5000) / 60, rel=0.05)
    assert published.figures("35", start + timedelta(seconds=600)).rate == 0


@pytest.mark.parametrize(
    ("language", "whole", "share", "small", "large"),
    [
        ("id", "1.234.567", "5,04 %", "0,012 %", "1,2 jt"),
        ("en", "1,234,567", "5.04 %", "0.012 %", "1.2M"),
    ],
)
def test_numbers_are_written_as_people_write_them(
    language: Language, whole: str, share: str, small: str, large: str
) -> None:
    assert numbers.whole(1_234_567, language) == whole
    assert numbers.percent(0.0504, language) == share.replace(" ", "\N{NO-BREAK SPACE}")
    assert numbers.percent(0.000123, language) == small.replace(" ", "\N{NO-BREAK SPACE}")
    assert numbers.compact(1_234_567, language) == large
    assert numbers.whole(None, language) == numbers.NONE
    assert numbers.signed(-5, language) == "−5"


@pytest.mark.parametrize("parent", [NATION, "35"])
def test_every_region_has_a_square_of_its_own_where_the_land_lies(parent: str) -> None:
    children = catalogue().children(parent)
    found = layout(parent, children)
    assert found.as_the_land_lies
    assert found.places.keys() == set(children)
    assert len({(place.column, place.row) for place in found.places.values()}) == len(children)


def test_other_provinces_have_squares_in_order_of_codes_and_styles_for_all_of_them() -> None:
    for province in catalogue().children(NATION):
        found = layout(province, catalogue().children(province))
        assert len(set(found.places.values())) == len(catalogue().children(province))
        assert found.columns <= 19
        assert found.rows <= 9


def test_labels_fit_into_squares() -> None:
    names = [
        (code, catalogue().name(code)) for level in (Level.PROVINCE, Level.REGENCY) for code in catalogue().codes(level)
    ]
    assert all(0 < len(short_name(code, name)) <= 11 for code, name in names)


@given(st.floats(0, 2), st.integers(0, 3 * 10**8))
def test_classes_are_fixed_and_in_order(share: float, persons: int) -> None:
    for measure, bounds, value in (("share", SHARES, share), ("people", PEOPLE, persons)):
        shade = class_of("share" if measure == "share" else "people", persons, share)
        assert shade == sum(value >= bound for bound in bounds)
    assert class_of("share", persons, None) is None
    assert class_of("people", None, share) is None


@given(st.dictionaries(st.sampled_from(["sort", "order", "q", "measure", "theme", "embed", "paused", "x"]), st.text()))
def test_whatever_stands_in_an_address_is_a_question(given_: dict[str, str]) -> None:
    question = read_question(given_)
    assert len(question.search) <= 60
    assert question.query().startswith("?") or question.query() == ""


def test_a_question_keeps_what_is_not_changed_and_leaves_out_what_is_usual() -> None:
    question = Question(sort="persons", search="kota", theme="dark")
    assert question.query() == "?sort=persons&q=kota&theme=dark"
    assert question.sorted_by("persons") == "?sort=persons&order=asc&q=kota&theme=dark"
    assert question.sorted_by("name") == "?sort=name&q=kota&theme=dark"
    assert Question().query() == ""


def days(*persons: int) -> list[DayFigures]:
    return [DayFigures("35", f"2026-09-{day:02d}", each, each // 4) for day, each in enumerate(persons, start=1)]


def test_bars_are_what_each_day_added() -> None:
    chart = days_chart(days(100, 300, 350), 400)
    assert chart is not None
    assert [bar.added for bar in chart.bars] == [100, 200, 50]
    assert chart.top == 400
    assert chart.target_y == 0
    assert days_chart([], 400) is None
    far = days_chart(days(100), 40_000_000)
    assert far is not None
    assert far.target_y is None


def test_a_line_needs_two_points() -> None:
    assert sparkline(days(100), date(2026, 9, 3)) == ""
    assert len(sparkline(days(100, 120, 150), date(2026, 9, 3)).split()) == 3


def test_the_pyramid_has_the_oldest_on_top() -> None:
    bands = pyramid(dict.fromkeys(AGES.counters, 10))
    assert (bands[0].label, bands[-2].label, bands[-1].label) == ("75+", "5–9", "0–4")
    assert pyramid(None) == ()
