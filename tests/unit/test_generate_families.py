"""Families consistent in themselves, and as many and as old as the country's: the shares of 100,000 households."""

from collections import Counter

import pytest

from services.cli.generate.anomalies import CHANGES, Anomalies
from services.cli.generate.expect import Expectation
from services.cli.generate.families import Families
from services.cli.generate.plan import Plan, Traits
from services.cli.generate.report import Tally, compare
from services.cli.generate.seeds import seeded
from services.cli.generate.shapes import Shapes
from services.cli.generate.stream import Population
from services.cli.population import figures
from shared.contracts.submission import content_of, decode_submission
from shared.domain.problems import Severity
from shared.domain.regions import catalogue
from shared.domain.rules import Context, check

PLAN = Plan(households=1, region="35", seed=11)
CONTEXT = Context(received_on=PLAN.census_day, census_day=PLAN.census_day)
SIX_GROUPS = {"housing", "education", "family", "marriage", "work", "composition"}


@pytest.fixture(scope="module")
def made() -> tuple[Population, Expectation, Tally]:
    plan = Plan(households=100_000, region="35", seed=1)
    population, expectation, tally = Population(plan), Expectation(plan), Tally()
    for _ in population.lines(expectation.add, tally.add):
        pass
    return population, expectation, tally


def test_100_000_households_look_like_east_java(made: tuple[Population, Expectation, Tally]) -> None:
    """Sex within 0.3 points, each age band within 0.5, each regency within 4 sigma, each anomaly within 20 %."""
    population, expectation, tally = made
    plan = Plan(households=100_000, region="35", seed=1)
    lines = [*compare(plan, population, expectation), *tally.lines(plan)]
    assert [line for line in lines if not line.ok] == []
    assert sum(line.name.startswith("age ") for line in lines) == 16
    assert sum(line.name.startswith("regency ") for line in lines) == 38
    assert {line.name.removeprefix("anomaly ") for line in lines if line.name.startswith("anomaly ")} == SIX_GROUPS


def test_tolerances_are_those_that_were_promised(made: tuple[Population, Expectation, Tally]) -> None:
    population, expectation, _ = made
    lines = {line.name: line for line in compare(Plan(households=100_000, region="35"), population, expectation)}
    assert lines["men"].tolerance == pytest.approx(0.003)
    assert lines["men"].published == pytest.approx(0.49899, abs=1e-6)
    assert lines["age 20_24"].tolerance == pytest.approx(0.005)
    assert lines["age 20_24"].published == pytest.approx(0.0772, abs=1e-4)
    jember = 2_536_729 / 40_665_696
    assert lines["regency 35.09"].tolerance == pytest.approx(4 * (jember * (1 - jember) / 100_000) ** 0.5)
    assert lines["anomaly marriage"].tolerance == pytest.approx(0.2 * 6 / 37_819)


def test_every_household_counts_once(made: tuple[Population, Expectation, Tally]) -> None:
    totals = made[1].totals()
    assert totals["00"]["households"] == totals["35"]["households"] == 100_000
    assert {code[:2] for code in totals} == {"00", "35"}


def test_families_without_a_planted_contradiction_have_no_problem() -> None:
    families = Families(PLAN, catalogue())
    found = Counter(problem.code for _ in range(5_000) for problem in check(families.next(), CONTEXT))
    assert found == {}


def test_forms_survive_the_way_through_json() -> None:
    families = Families(PLAN, catalogue())
    for _ in range(200):
        form = families.next()
        assert decode_submission(content_of(form)) == form


def test_some_families_have_no_card_and_some_people_no_number() -> None:
    families = Families(PLAN, catalogue())
    forms = [families.next() for _ in range(5_000)]
    codes = [form.code for form in forms if form.card is None]
    assert 5 <= len(codes) <= 30
    assert None not in codes
    assert len(set(codes)) == len(codes)
    reasons = Counter(member.no_nik_reason for form in forms for member in form.members if member.nik is None)
    assert set(reasons) == {1, 2, 3, 4}
    assert any(form.members[0].nik is None for form in forms)


def test_nobody_has_the_number_of_another() -> None:
    families = Families(Plan(households=1, region="35.09.12"), catalogue())
    forms = [families.next() for _ in range(20_000)]
    numbers = [member.nik for form in forms for member in form.members if member.nik]
    cards = [form.card for form in forms if form.card]
    assert len(set(numbers)) == len(numbers)
    assert len(set(cards)) == len(cards)


@pytest.mark.parametrize("group", sorted(CHANGES))
def test_a_planted_contradiction_breaks_its_own_group_only(group: str) -> None:
    families, anomalies = Families(PLAN, catalogue()), Anomalies({group: 1.0}, seeded(group), PLAN.census_day)
    hit = 0
    for _ in range(1_000):
        problems = check(anomalies.plant(families.next()), CONTEXT)
        assert all(problem.severity is Severity.WARNING for problem in problems)
        assert {problem.group.value for problem in problems} & SIX_GROUPS <= {group}
        hit += bool(problems)
    assert hit > 500


@pytest.mark.parametrize("group", sorted(CHANGES))
def test_every_way_to_contradict_is_used(group: str) -> None:
    families = Families(PLAN, catalogue())
    unused = set(CHANGES[group])
    for _ in range(3_000):
        if not unused:
            break
        form = families.next()
        unused = {change for change in unused if change(form, PLAN.census_day) is None}
    assert not unused


def test_a_contradiction_that_does_not_fit_waits_for_the_next_family() -> None:
    """A quarter of the families have no spouse and many no child that fits: what they cannot show, others do."""
    families, anomalies = Families(PLAN, catalogue()), Anomalies({"family": 0.3}, seeded("debt"), PLAN.census_day)
    wrong = sum(bool(check(anomalies.plant(families.next()), CONTEXT)) for _ in range(2_000))
    assert wrong == pytest.approx(600, abs=3)


@pytest.mark.parametrize("size", [3.14, 3.64])
def test_families_have_the_size_that_is_asked_for(size: float) -> None:
    shapes = Shapes(figures().band_share, size)
    everybody = frozenset(range(1, 9))
    assert shapes.mean(everybody, range(100), 0.5) == pytest.approx(size, abs=1e-6)


def test_shapes_meet_each_age_band_in_the_mean() -> None:
    shapes = Shapes(figures().band_share, 3.4)
    everybody = frozenset(range(1, 9))
    for band, share in enumerate(figures().band_share[:-1]):
        ages = range(5 * band, 5 * band + 5)
        assert shapes.mean(everybody, ages, 0.49) / 3.4 == pytest.approx(share, abs=1e-6)


def test_a_family_size_that_no_weights_give_is_refused() -> None:
    with pytest.raises(ValueError, match="mean size"):
        Shapes(figures().band_share, 9.0)


@pytest.mark.parametrize("households", [0, -1, 90_000_001])
def test_a_plan_has_a_number_of_households(households: int) -> None:
    with pytest.raises(ValueError, match="households"):
        Plan(households=households)


def test_traits_are_those_of_the_published_figures() -> None:
    assert Traits().anomalies == figures().anomalies
    assert set(Traits().anomalies) == set(CHANGES) == SIX_GROUPS
