"""Disclosure control of agencies: an office writes its own list, and must not learn from it about one member."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dashboard.release.agencies import Roster, Shown, Why, decide, finest, memberships_changed
from services.dashboard.release.cells import LEAST


def counters(members: int, responded: int, clean: int = 0, asn: tuple[int, int, int] | None = None) -> dict[str, int]:
    """`asn`: of them, who are civil servants; all if left out."""
    own = asn or (members, responded, clean)
    whole = (members, responded, clean)
    found: dict[str, int] = {}
    for name, total, part in zip(("members", "responded", "clean"), whole, own, strict=True):
        found |= {name: total, f"{name}_asn": part, f"{name}_non_asn": total - part}
    return found


def show(members: int, responded: int, roster: Roster, period: str = "2026-09-01") -> Shown:
    shown, why = decide(None, counters(members, responded), roster, period)
    assert shown is not None
    assert why is Why.SHOWN
    return shown


def test_an_agency_of_nine_is_not_shown() -> None:
    assert decide(None, counters(9, 5), {"2026-09-01": (9, 0)}, "2026-09-01") == (None, Why.FEW_MEMBERS)


def test_figures_move_once_a_day() -> None:
    before = show(40, 20, {"2026-09-01": (40, 0)})
    same, _ = decide(before, counters(40, 30), before.roster, "2026-09-01")
    assert same is before
    next_day, why = decide(before, counters(40, 30), before.roster, "2026-09-02")
    assert next_day is not None
    assert (next_day.counters["responded"], why) == (30, Why.SHOWN)


def test_one_name_added_tells_nothing() -> None:
    before = show(40, 20, {"2026-09-01": (40, 0)})
    for answered in (20, 21):
        after = decide(before, counters(41, answered), {"2026-09-01": (40, 0), "2026-09-02": (1, 0)}, "2026-09-02")
        assert after == (before, Why.FEW_CHANGES)


def test_one_name_exchanged_for_another_tells_nothing() -> None:
    before = show(40, 20, {"2026-09-01": (40, 0)})
    exchanged = {"2026-09-01": (39, 0), "2026-09-02": (1, 0)}
    assert memberships_changed(before.roster, exchanged) == 2
    for answered in (19, 20, 21):
        assert decide(before, counters(40, answered), exchanged, "2026-09-02") == (before, Why.FEW_CHANGES)


def test_nine_names_that_never_answer_do_not_carry_a_tenth_along() -> None:
    before = show(40, 20, {"2026-09-01": (40, 0)})
    ten_more = {"2026-09-01": (40, 0), "2026-09-02": (10, 0)}
    for answered in (20, 21):
        shown, _ = decide(before, counters(50, answered), ten_more, "2026-09-02")
        assert shown is not None
        assert shown.counters["responded"] == 20


def test_a_change_of_the_list_that_is_large_enough_is_shown_with_its_answers() -> None:
    before = show(40, 20, {"2026-09-01": (40, 0)})
    shown, why = decide(before, counters(60, 35), {"2026-09-01": (40, 0), "2026-09-02": (20, 0)}, "2026-09-02")
    assert why is Why.SHOWN
    assert shown is not None
    assert (shown.counters["members"], shown.counters["responded"]) == (60, 35)


def test_a_list_of_which_all_have_answered_says_no_more_than_that_few_are_missing() -> None:
    for answered in range(41, 51):
        assert finest(counters(50, answered, 0)) == {"members": 50, "few_missing": 1}
    for answered in range(10):
        assert finest(counters(50, answered, 0)) == {"members": 50, "few_answered": 1}


def test_small_changes_of_the_list_add_up_until_they_are_large_enough() -> None:
    before = show(40, 20, {"2026-09-01": (40, 0)})
    roster = {"2026-09-01": (40, 0)}
    for day in range(2, 6):
        roster[f"2026-09-{day:02d}"] = (3, 0)
        shown, why = decide(before, counters(40 + 3 * (day - 1), 32), roster, f"2026-09-{day:02d}")
        assert (why is Why.SHOWN) == (3 * (day - 1) >= 10)
    assert shown is not None
    assert shown.counters["members"] == 52


def test_an_agency_that_shrank_below_ten_is_shown_no_more() -> None:
    before = show(40, 20, {"2026-09-01": (40, 0)})
    assert decide(before, counters(5, 2), {"2026-09-01": (5, 0)}, "2026-09-02") == (None, Why.FEW_MEMBERS)


@pytest.mark.parametrize(
    ("given_", "names"),
    [
        (counters(100, 60, 40, (50, 30, 20)), 9),
        (counters(100, 60, 55, (50, 30, 27)), 6),
        (counters(100, 60, 40, (95, 58, 38)), 3),
        (counters(100, 60, 55, (95, 58, 53)), 2),
        (counters(100, 95, 40), 2),
        (counters(100, 5, 0), 2),
        (counters(100, 100, 100), 2),
        (counters(100, 0, 0), 2),
        (counters(12, 6, 0), 1),
    ],
)
def test_what_would_be_small_is_added_up_or_left_out(given_: dict[str, int], names: int) -> None:
    assert len(finest(given_)) == names


@given(st.data())
def test_no_cell_that_can_be_computed_from_what_is_shown_is_small(data: st.DataObject) -> None:
    parts = {kind: data.draw(st.tuples(*[st.integers(0, 40)] * 3)) for kind in ("_asn", "_non_asn")}
    found: dict[str, int] = {}
    for kind, (silent, unclean, clean) in parts.items():
        found |= {
            f"members{kind}": silent + unclean + clean,
            f"responded{kind}": unclean + clean,
            f"clean{kind}": clean,
        }
    for name in ("members", "responded", "clean"):
        found[name] = found[f"{name}_asn"] + found[f"{name}_non_asn"]
    shown = finest(found)
    for kind in ("", "_asn", "_non_asn"):
        members, responded, clean = (shown.get(f"{name}{kind}") for name in ("members", "responded", "clean"))
        if responded is not None and members is not None:
            assert not members or min(responded, members - responded) >= LEAST
        if clean is not None and responded is not None:
            assert not responded or min(clean, responded - clean) >= LEAST
