"""Numbers that never repeat, and say what they should."""

from datetime import date

import pytest

from services.cli.generate.numbers import Cards, Niks
from services.cli.generate.seeds import seeded
from shared.domain.kk import parse_kk
from shared.domain.nik import parse_nik

CENSUS_DAY = date(2026, 9, 1)


def test_a_district_of_fifty_thousand_has_no_number_twice() -> None:
    """Five times as many people as there are serials, all of one age and sex."""
    niks, cards = Niks(7, CENSUS_DAY), Cards(7)
    given = [niks.issue("350912", female=False, age=30)[0] for _ in range(50_000)]
    assert len(set(given)) == len(given)
    issued = [cards.issue("350912") for _ in range(50_000)]
    assert len(set(issued)) == len(issued)


def test_people_of_all_ages_share_a_district_without_meeting() -> None:
    niks, rng = Niks(7, CENSUS_DAY), seeded("ages")
    given = [
        niks.issue("350912", female=bool(rng.getrandbits(1)), age=int(rng.random() * 100))[0] for _ in range(60_000)
    ]
    assert len(set(given)) == len(given)


@pytest.mark.parametrize("age", [0, 1, 16, 17, 45, 99])
@pytest.mark.parametrize("female", [True, False])
def test_a_number_says_district_sex_and_birth_date(age: int, female: bool) -> None:  # noqa: FBT001
    niks = Niks(3, CENSUS_DAY)
    for _ in range(400):
        nik, born = niks.issue("357801", female=female, age=age)
        read = parse_nik(nik, as_of=CENSUS_DAY, stated_birth_date=born, stated_sex="female" if female else "male")
        assert (read.valid, read.errors, read.warnings, read.region) == (True, (), (), "35.78.01")
        assert (
            date(born.year + age, born.month, born.day) <= CENSUS_DAY < date(born.year + age + 1, born.month, born.day)
        )


def test_birthdays_are_spread_over_the_year() -> None:
    niks = Niks(3, CENSUS_DAY)
    months = [niks.issue("350912", female=True, age=20)[1].month for _ in range(12_000)]
    assert all(800 < months.count(month) < 1_200 for month in range(1, 13))


def test_cards_are_well_formed() -> None:
    cards = Cards(3)
    for _ in range(400):
        read = parse_kk(cards.issue("357801"), as_of=CENSUS_DAY)
        assert (read.valid, read.errors, read.warnings, read.region) == (True, (), (), "35.78.01")


def test_other_seeds_give_other_numbers() -> None:
    assert Niks(1, CENSUS_DAY).issue("350912", female=True, age=20) != Niks(2, CENSUS_DAY).issue(
        "350912", female=True, age=20
    )


def test_a_district_that_has_given_all_its_numbers_says_so() -> None:
    niks = Niks(1, CENSUS_DAY)
    niks._serials._given["350912"] = 9_999 * 365
    with pytest.raises(ValueError, match="larger region"):
        niks.issue("350912", female=True, age=20)
