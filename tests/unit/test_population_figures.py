"""The published figures hold together."""

import pytest

from services.cli.population.figures import BANDS, Figures, figures
from shared.domain.regions import Level, catalogue

FIGURES = figures()


def provinces(known: Figures) -> list[str]:
    return [region for region in known.people if "." not in region and region != "00"]


def test_provinces_add_up_to_the_nation_and_regencies_to_east_java() -> None:
    assert sum(FIGURES.people[each] for each in provinces(FIGURES)) == FIGURES.people["00"] == 270_203_917
    assert len(provinces(FIGURES)) == 34
    regencies = [region for region in FIGURES.people if region.startswith("35.")]
    assert len(regencies) == 38
    assert sum(FIGURES.people[each] for each in regencies) == FIGURES.people["35"] == 40_665_696


def test_every_province_of_today_has_people() -> None:
    today = set(catalogue().codes(Level.PROVINCE))
    named = {FIGURES.divided.get(province, province) for province in today}
    assert named == set(provinces(FIGURES))
    assert {code for region in provinces(FIGURES) for code in region.split()} == today


def test_regencies_have_codes_of_today() -> None:
    assert all(region in catalogue() for region in FIGURES.people if "." in region)


def test_men_of_the_parts_add_up_to_the_men_of_the_whole() -> None:
    regencies = [region for region in FIGURES.people if region.startswith("35.")]
    men = sum(FIGURES.people[each] * FIGURES.male_share[each] for each in regencies)
    assert men / FIGURES.people["35"] == pytest.approx(0.49899, abs=1e-6)
    nation = FIGURES.male_share["00"]
    men = sum(FIGURES.people[each] * FIGURES.male_share.get(each, nation) for each in provinces(FIGURES))
    assert men / FIGURES.people["00"] == pytest.approx(nation, abs=1e-9)


def test_what_the_census_counted_by_sex_is_not_shifted() -> None:
    assert FIGURES.male_share["35"] == 0.49899
    assert FIGURES.male_share["35.09"] == 0.49866


def test_ages_and_bands_are_whole() -> None:
    assert len(FIGURES.age_share) == 100
    assert sum(FIGURES.age_share) == pytest.approx(1)
    assert len(FIGURES.band_share) == len(BANDS) == 16
    assert sum(FIGURES.band_share) == pytest.approx(1)
    assert FIGURES.band_share[-1] == pytest.approx(sum(FIGURES.age_share[75:]))


def test_arrivals_grow_to_the_whole_and_44_percent_come_in_the_last_eight_days() -> None:
    assert FIGURES.arrivals[0] == (0.0, 0.0)
    assert FIGURES.arrivals[-1] == (1.0, 1.0)
    assert list(FIGURES.arrivals) == sorted(FIGURES.arrivals)
    eight_days_before, arrived = FIGURES.arrivals[-2]
    assert eight_days_before == pytest.approx(97 / 105)
    assert 1 - arrived == pytest.approx(0.444, abs=0.001)


def test_anomalies_are_shares_of_jembers_families() -> None:
    assert set(FIGURES.anomalies) == {
        "housing",
        "education",
        "family",
        "marriage",
        "work",
        "composition",
    }
    assert FIGURES.anomalies["education"] == pytest.approx(0.0694, abs=1e-4)
