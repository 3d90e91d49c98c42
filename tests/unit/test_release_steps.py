"""Disclosure control of regions: what a reader can compute from everything that is shown."""

import random
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.dashboard.release.blocks import BLOCKS, COUNTED, PEOPLE, QUALITY, Block
from services.dashboard.release.cells import LEAST, Cells, covered, minus, plus
from services.dashboard.release.release import Release
from services.dashboard.release.steps import Steps, parent_of

VILLAGES = [f"35.{regency:02d}.01.{2001 + village}" for regency in (1, 2, 3) for village in range(3)]
REGIONS = sorted({part for village in VILLAGES for part in (village, village[:8], village[:5], "35", "00")})


def lineage(village: str) -> list[str]:
    return [village, village[:8], village[:5], "35", "00"]


class Census:
    """Families that come in one by one, and a release of their totals."""

    def __init__(self) -> None:
        self.totals: dict[str, dict[str, int]] = {region: {} for region in REGIONS}
        self.release = Release()

    def answer(self, village: str, people: int, grade: str, sign: int = 1) -> None:
        cells = {"households": 1, "persons": people, f"households_grade_{grade}": 1}
        cells |= {f"{sex}_{band}": 1 for sex, band in zip(("male", "female"), ("30_34", "25_29"), strict=True)}
        for region in lineage(village):
            for counter, number in cells.items():
                self.totals[region][counter] = self.totals[region].get(counter, 0) + sign * number

    def correct(self, village: str, people: int) -> None:
        """A family that counts already names more or fewer people."""
        for region in lineage(village):
            self.totals[region]["persons"] = self.totals[region].get("persons", 0) + people

    def step(self) -> None:
        self.release.observe(self.totals)
        self.release.accept(self.release.advance())

    def shown(self, region: str, block: Block) -> Cells:
        """What a reader knows; nothing shown is nothing known, which is the most careful reading of it as 0."""
        found = self.release.shown(region, block)
        return block.of(found or {})

    def reading(self, block: Block) -> dict[str, Cells]:
        return {region: self.shown(region, block) for region in REGIONS if block.has(region)}


def rest_of(reading: dict[str, Cells], region: str) -> Cells:
    """A region less the regions below it."""
    rest = reading[region]
    for child, cells in reading.items():
        if parent_of(child) == region:
            rest = minus(rest, cells)
    return rest


def has_children(reading: dict[str, Cells], region: str) -> bool:
    return any(parent_of(child) == region for child in reading)


families = st.lists(
    st.lists(
        st.tuples(st.sampled_from(VILLAGES), st.integers(1, 9), st.sampled_from("abcd")),
        max_size=60,
    ),
    min_size=1,
    max_size=8,
)


Batches = list[list[tuple[str, int, str]]]


def readings_of(batches: Batches, block: Block, *, some_leave: bool) -> list[dict[str, Cells]]:
    """What is shown after every batch of families; some of which leave again, right away or later."""
    census = Census()
    readings = [census.reading(block)]
    for number, batch in enumerate(batches):
        for family in batch:
            census.answer(*family)
        leaving = batch[: 3 * len(batch) // 4] if number % 2 else batches[number - 2] if number % 3 == 2 else []
        for family in leaving if some_leave else ():
            census.answer(*family, sign=-1)
        census.step()
        readings.append(census.reading(block))
    return readings


@settings(max_examples=150, deadline=None)
@given(batches=families, block=st.sampled_from(BLOCKS), some_leave=st.booleans())
def test_nothing_that_can_be_subtracted_stands_for_fewer_than_ten(
    *, batches: Batches, block: Block, some_leave: bool
) -> None:
    readings = readings_of(batches, block, some_leave=some_leave)
    for reading in readings:
        for region, cells in reading.items():
            assert covered(cells)
            assert not has_children(reading, region) or covered(rest_of(reading, region))
    for earlier, later in pairwise(readings):
        for region in later:
            assert covered(minus(later[region], earlier[region]))
            if has_children(later, region):
                assert covered(minus(rest_of(later, region), rest_of(earlier, region)))


@settings(max_examples=100, deadline=None)
@given(families, st.sampled_from(BLOCKS))
def test_two_readings_however_far_apart_do_not_single_out_a_family(batches: Batches, block: Block) -> None:
    for earlier, later in combinations(readings_of(batches, block, some_leave=False), 2):
        assert all(covered(minus(later[region], earlier[region])) for region in later)


@settings(max_examples=100, deadline=None)
@given(families, st.randoms(use_true_random=False))
def test_two_blocks_of_a_region_never_differ_by_a_few_families(batches: Batches, chance: random.Random) -> None:
    census = Census()
    history: dict[str, list[int]] = {region: [0] for region in REGIONS}
    for batch in batches:
        for family in batch:
            census.answer(*family)
        if chance.random() < 0.3:
            census.correct(chance.choice(VILLAGES), 1)
        census.step()
        for region in REGIONS:
            history[region].append(census.shown(region, COUNTED)[1])
            graded = census.release.shown(region, QUALITY) if QUALITY.has(region) else None
            if graded is not None:
                assert sum(graded.values()) in history[region]


def test_one_family_more_moves_nothing() -> None:
    census = Census()
    for number in range(40):
        census.answer(VILLAGES[number % 2], 3, "a")
    census.step()
    before = census.reading(COUNTED)
    assert before["00"] == (120, 40)
    census.answer(VILLAGES[0], 7, "a")
    census.step()
    assert census.reading(COUNTED) == before
    for _ in range(9):
        census.answer(VILLAGES[0], 2, "a")
    census.step()
    assert census.shown("00", COUNTED) == (145, 50)
    assert census.shown(VILLAGES[0], COUNTED) == (85, 30)


def test_a_correction_of_one_family_waits_for_ten_others() -> None:
    census = Census()
    for _ in range(20):
        census.answer(VILLAGES[0], 3, "a")
    census.step()
    census.correct(VILLAGES[0], 1)
    census.step()
    assert census.shown(VILLAGES[0], COUNTED) == (60, 20)


def test_a_small_region_is_not_found_by_subtracting_the_others() -> None:
    census = Census()
    for _ in range(30):
        census.answer(VILLAGES[0], 3, "a")
        census.answer(VILLAGES[3], 3, "a")
    for _ in range(4):
        census.answer(VILLAGES[6], 3, "a")
    census.step()
    reading = census.reading(COUNTED)
    # 35.03 has four families. Both others shown would give it away.
    assert reading["35"] == (192, 64)
    assert sorted(reading[region] for region in ("35.01", "35.02", "35.03")) == [(0, 0), (0, 0), (90, 30)]


def test_a_family_that_leaves_moves_nothing_either() -> None:
    census = Census()
    for _ in range(30):
        census.answer(VILLAGES[0], 3, "a")
    census.step()
    census.answer(VILLAGES[0], 3, "a", sign=-1)
    census.step()
    assert census.shown(VILLAGES[0], COUNTED) == (90, 30)


def test_asking_what_may_move_changes_nothing() -> None:
    steps = Steps(1)
    steps.observe({"00": (25,), "35": (25,)})
    assert steps.advance() == steps.advance() == {"00": (25,), "35": (25,)}
    assert steps.shown("00") is None


def test_who_accepts_another_ones_step_goes_on_from_there() -> None:
    one, other = Steps(1), Steps(1)
    for steps in (one, other):
        steps.observe({"00": (25,), "35": (25,)})
    moved = one.advance()
    one.accept(moved)
    other.accept(moved)
    assert other.advance() == {}
    for steps in (one, other):
        steps.observe({"00": (36,), "35": (36,)})
    assert one.advance() == other.advance() == {"00": (36,), "35": (36,)}


@pytest.mark.parametrize("few", range(1, LEAST))
def test_fewer_than_ten_are_never_shown(few: int) -> None:
    steps = Steps(1)
    steps.observe({"00": (few,)})
    assert steps.advance() == {}


def test_cells_are_added_and_taken_away_one_by_one() -> None:
    assert plus((1, 2), (3, 4)) == (4, 6)
    assert minus((1, 2), (3, 4)) == (-2, -2)
    assert len(PEOPLE.counters) == 32
