"""The table of counters: what it has, that it counts what people answered, and that a new one is one line."""

import importlib.util
import sys
from collections import Counter as Counts
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.aggregator import totals
from shared.contracts.changes import decode_deltas, encode_deltas
from shared.contracts.submission import Member
from shared.domain import counters, facts
from shared.domain.claims import Delta
from shared.domain.counters import AGENCY_COUNTERS, COUNTERS, DAILY_COUNTERS, Counter, count
from shared.domain.facts import ACTIVITIES, BANDS, EDUCATIONS, GRADES, RELATIONSHIPS, household_traits, person_traits
from shared.domain.regions import catalogue

CENSUS_DAY = date(2026, 9, 1)
VILLAGE = "35.09.12.2003"

members = st.builds(
    Member,
    name=st.just("Ani Contoh"),
    nik=st.none() | st.just("3509120102800001"),
    relationship=st.integers(1, 8),
    sex=st.integers(1, 2),
    birth_date=st.dates(date(1900, 1, 1), CENSUS_DAY),
    marital_status=st.integers(1, 4),
    same_as_card=st.booleans(),
    activity=st.none() | st.integers(1, 4),
    education=st.none() | st.integers(0, 7),
)


def counted_by_hand(member: Member, *, clean: bool) -> dict[str, int]:
    born = member.birth_date
    age = CENSUS_DAY.year - born.year - ((born.month, born.day) > (CENSUS_DAY.month, CENSUS_DAY.day))
    sex = "male" if member.sex == 1 else "female"
    band = "75_up" if age >= 75 else f"{age // 5 * 5:02d}_{age // 5 * 5 + 4:02d}"
    found = {"persons", sex, f"{sex}_{band}", f"relationship_{RELATIONSHIPS[member.relationship - 1]}"}
    found |= {"persons_clean"} if clean else set()
    found |= {"away_from_card"} if not member.same_as_card else set()
    found |= {"without_nik"} if member.nik is None else set()
    found |= {f"education_{EDUCATIONS[member.education]}"} if member.education is not None else set()
    found |= {f"activity_{ACTIVITIES[member.activity - 1]}"} if member.activity is not None else set()
    return dict.fromkeys(found, 1)


@given(st.lists(st.tuples(members, st.booleans()), max_size=6))
def test_people_are_counted_as_what_they_answered(people: list[tuple[Member, bool]]) -> None:
    """Shown to catch: bands of four years; `away` counted for those at their card's address; education off by one."""
    expected: Counts[str] = Counts()
    for member, clean in people:
        expected.update(counted_by_hand(member, clean=clean))
    found = count([person_traits(member, CENSUS_DAY, clean=clean) for member, clean in people])
    assert {code: number for code, number in found.items() if number} == expected


@pytest.mark.parametrize("grade", GRADES)
def test_a_household_counts_as_answered_by_its_grade_and_clean_with_an_a(grade: str) -> None:
    found = {code for code, number in count([household_traits(grade)]).items() if number}
    assert found == {"households", f"households_grade_{grade.lower()}"} | (
        {"households_clean"} if grade == "A" else set()
    )


def test_the_table_has_what_was_promised() -> None:
    codes = [counter.code for counter in COUNTERS]
    assert len(set(codes)) == len(codes)
    assert {"households", "households_clean", "persons", "away_from_card"} <= set(codes)
    assert {f"{sex}_{band}" for sex in ("male", "female") for band in BANDS} <= set(codes)
    for prefix, names in (("education", EDUCATIONS), ("activity", ACTIVITIES), ("relationship", RELATIONSHIPS)):
        assert [code for code in codes if code.startswith(prefix)] == [f"{prefix}_{name}" for name in names]
    assert DAILY_COUNTERS == ("persons", "households", "households_clean")
    kinds = ("", "_asn", "_non_asn")
    assert [counter.code for counter in AGENCY_COUNTERS] == [
        f"{what}{kind}" for what in ("members", "responded", "clean") for kind in kinds
    ]


def test_a_new_counter_is_one_line_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else of the count has to change; it is kept per day as well, if its line says so."""
    girls = Counter(
        "girls_at_school",
        facts.FEMALE | facts.ACTIVITY_MASK,
        facts.FEMALE | 3 << facts.ACTIVITY_SHIFT,
        daily=True,
    )
    monkeypatch.setattr(counters, "COUNTERS", (*COUNTERS, girls))
    monkeypatch.setattr(counters, "DAILY_COUNTERS", (*DAILY_COUNTERS, girls.code))
    spec = importlib.util.spec_from_file_location("totals_of_another_table", totals.__file__)
    assert spec is not None
    assert spec.loader is not None
    other = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, other)
    spec.loader.exec_module(other)
    traits = facts.PERSON | facts.FEMALE | 3 << facts.ACTIVITY_SHIFT
    row = decode_deltas(encode_deltas([Delta(facts.Fact(facts.place_of(VILLAGE), traits), 20_000, 1)]))
    kept = other.Totals(catalogue())
    kept.apply(np.concatenate([row, row]))
    village = kept.codes.index(VILLAGE)
    assert kept.counters(village)["girls_at_school"] == 2
    assert kept.day(village, 20_000)["girls_at_school"] == 2
    assert counters.count([traits])["girls_at_school"] == 1
