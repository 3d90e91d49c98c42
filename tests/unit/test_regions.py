from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.regions import (
    NATION,
    Catalogue,
    Level,
    Region,
    Standing,
    UnknownRegionError,
    catalogue,
    code_number,
    code_text,
    retired_numbers,
    standing_of,
)

SOME_VILLAGE = "35.09.12.2003"


@pytest.fixture(scope="module")
def regions() -> Catalogue:
    return catalogue()


@pytest.mark.parametrize(
    ("level", "count"),
    [
        (Level.NATION, 1),
        (Level.PROVINCE, 38),
        (Level.REGENCY, 514),
        (Level.DISTRICT, 7_285),
        (Level.VILLAGE, 83_762),
    ],
)
def test_every_region_of_the_decree_is_there(regions: Catalogue, level: Level, count: int) -> None:
    codes = regions.codes(level)
    assert len(codes) == len(set(codes)) == count
    assert all(regions.level(code) is level for code in codes)
    assert all(lower < higher for lower, higher in pairwise(codes))


def test_east_java_has_38_regencies_and_666_districts(regions: Catalogue) -> None:
    regencies = regions.children("35")
    assert len(regencies) == 38
    assert sum(len(regions.children(regency)) for regency in regencies) == 666


def test_a_village_knows_its_name_and_everything_above_it(regions: Catalogue) -> None:
    assert regions.region(SOME_VILLAGE) == Region(SOME_VILLAGE, "Sumberejo", Level.VILLAGE)
    assert regions.ancestors(SOME_VILLAGE) == ("35.09.12", "35.09", "35", NATION)
    assert [regions.name(code) for code in regions.ancestors(SOME_VILLAGE)] == [
        "Ambulu",
        "Kabupaten Jember",
        "Jawa Timur",
        "Indonesia",
    ]


def test_children_and_parents_agree_from_the_nation_down(regions: Catalogue) -> None:
    met = 0
    waiting = [NATION]
    while waiting:
        code = waiting.pop()
        children = regions.children(code)
        assert all(regions.parent(child) == code for child in children)
        waiting.extend(children)
        met += 1
    assert met == 1 + 38 + 514 + 7_285 + 83_762
    assert regions.parent(NATION) is None


@pytest.mark.parametrize("code", [NATION, "35", "35.09", "35.09.12", SOME_VILLAGE])
def test_villages_under_a_region_are_those_whose_code_begins_with_it(regions: Catalogue, code: str) -> None:
    begins = "" if code == NATION else code
    assert list(regions.villages_under(code)) == [village for village in regions.villages if village.startswith(begins)]


@pytest.mark.parametrize(
    "code",
    [
        "",
        "0",
        "3",
        "99",
        "35.",
        "35.9",
        "35.00",
        "3509",
        "35.09.12.",
        "35.09.12.200",
        "35.09.12.9999",
        "35.09.12.20031",
    ],
)
def test_a_code_of_no_region_is_refused_without_being_repeated(regions: Catalogue, code: str) -> None:
    assert code not in regions
    assert not regions.has_village(code)
    with pytest.raises(UnknownRegionError) as refusal:
        regions.name(code)
    assert str(refusal.value) == "no such region in the catalogue"


def test_a_village_is_told_from_other_regions() -> None:
    fresh = catalogue.__wrapped__()
    assert [fresh.has_village(code) for code in (SOME_VILLAGE, SOME_VILLAGE, "35.09.12", "35.09.12.0000")] == [
        True,
        True,
        False,
        False,
    ]


def test_only_text_can_be_a_code(regions: Catalogue) -> None:
    assert 35 not in regions


@pytest.mark.parametrize("code", [NATION, "11", "35", "35.09", "35.09.12", SOME_VILLAGE, "96.71.12.1001"])
def test_a_code_and_its_number_are_the_same_thing(code: str) -> None:
    assert code_text(code_number(code)) == code


def test_the_numbers_of_all_regions_differ(regions: Catalogue) -> None:
    codes = [code for level in Level for code in regions.codes(level)]
    assert len({code_number(code) for code in codes}) == len(codes)
    assert all(code_text(code_number(code)) == code for code in codes)


@pytest.mark.parametrize("code", ["", "3", "3509", "35.9", "05", "35.09.", "٣٥", "35.09.12.203", "-1", "35-09"])
def test_a_text_of_another_shape_has_no_number(code: str) -> None:
    with pytest.raises(ValueError, match="region code"):
        code_number(code)


@given(st.integers())
def test_a_number_is_a_code_or_is_refused(number: int) -> None:
    try:
        text = code_text(number)
    except ValueError:
        assert len(str(number)) not in {2, 4, 6, 10} or number < 0
    else:
        assert code_number(text) == number


def test_a_file_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match=r"build_regions\.py"):
        Catalogue("code,name\n11,Aceh\n")


def test_no_retired_number_is_a_region_of_today(regions: Catalogue) -> None:
    retired = retired_numbers()
    assert not [code for code in retired if code in regions]
    assert [sum(len(code) == length for code in retired) for length in (2, 5, 8)] == [1, 26 + 10, 594]


@pytest.mark.parametrize(
    ("digits", "levels"),
    [
        ("350912", (Standing.CURRENT, Standing.CURRENT, Standing.CURRENT)),
        ("350999", (Standing.CURRENT, Standing.CURRENT, Standing.UNKNOWN)),
        ("353099", (Standing.CURRENT, Standing.UNKNOWN, Standing.UNKNOWN)),
        ("910101", (Standing.CURRENT, Standing.RETIRED, Standing.RETIRED)),
        ("910199", (Standing.CURRENT, Standing.RETIRED, Standing.UNKNOWN)),
        ("640499", (Standing.CURRENT, Standing.RETIRED, Standing.RETIRED)),
        ("549999", (Standing.RETIRED, Standing.RETIRED, Standing.RETIRED)),
        ("200101", (Standing.NEVER_USED, Standing.UNKNOWN, Standing.UNKNOWN)),
        ("000000", (Standing.NEVER_USED, Standing.NEVER_USED, Standing.NEVER_USED)),
        ("350000", (Standing.CURRENT, Standing.NEVER_USED, Standing.NEVER_USED)),
    ],
)
def test_each_level_of_a_number_is_judged_by_itself(digits: str, levels: tuple[Standing, ...]) -> None:
    standing = standing_of(digits)
    assert (standing.province, standing.regency, standing.district) == levels
