"""Where families live, and when their forms come."""

import pytest

from services.cli.generate.arrivals import EVENLY, Pace, time_of
from services.cli.generate.places import Places
from services.cli.generate.seeds import seeded
from services.cli.population import figures
from shared.domain.regions import UnknownRegionError, catalogue


def places(region: str) -> Places:
    return Places(region, catalogue(), figures())


def test_regencies_of_east_java_have_their_share_of_the_people() -> None:
    shares = places("35").regency_shares()
    assert len(shares) == 38
    assert shares["35.09"] == pytest.approx(2_536_729 / 40_665_696)
    assert sum(shares.values()) == pytest.approx(1)


def test_provinces_have_their_share_of_the_nation() -> None:
    shares = places("00").regency_shares()
    assert len(shares) == 514
    people = figures().people
    west_java = sum(share for regency, share in shares.items() if regency.startswith("32."))
    assert west_java == pytest.approx(people["32"] / people["00"])
    papua = sum(share for regency, share in shares.items() if regency[:2] in {"91", "93", "94", "95"})
    assert papua == pytest.approx(people["91 93 94 95"] / people["00"])


@pytest.mark.parametrize("region", ["35.09.12.2003", "35.09.12", "35.09", "35", "94.01"])
def test_draws_stay_in_their_region(region: str) -> None:
    rng = seeded(region)
    found = places(region)
    assert {found.draw(rng)[: len(region)] for _ in range(300)} == {region}


def test_every_village_of_a_district_is_drawn() -> None:
    rng = seeded("ambulu")
    found = places("35.09.12")
    assert {found.draw(rng) for _ in range(500)} == set(catalogue().children("35.09.12"))


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(UnknownRegionError):
        places("35.99")


def test_men_by_regency_province_or_nation() -> None:
    found = places("00")
    assert found.male_share("35.09.12.2003") == figures().male_share["35.09"]
    assert found.male_share("64.01.01.2001") == figures().male_share["64"]
    assert found.male_share("94.01.01.2001") == figures().male_share["00"]


def test_arrivals_follow_the_curve_in_any_length() -> None:
    curve = figures().arrivals
    assert time_of(0.0, curve) == 0.0
    assert time_of(1.0, curve) == 1.0
    assert time_of(1 - 0.44402, curve) == pytest.approx(97 / 105, abs=1e-4)
    assert time_of(0.25, EVENLY) == 0.25
    shares = [number / 50 for number in range(51)]
    times = [time_of(share, curve) for share in shares]
    assert times == sorted(times)


def test_a_pace_holds_both_a_rate_and_a_curve() -> None:
    by_rate = Pace(rate=10)
    assert [by_rate.due(0.0) for _ in range(3)] == [0.0, 0.1, 0.2]
    by_curve = Pace(seconds=210, curve=figures().arrivals)
    assert by_curve.due(0.5559817593273377) == pytest.approx(194)
    assert Pace().due(0.7) == 0.0
    slower = Pace(rate=10, seconds=100)
    assert slower.due(0.5) == 50.0
