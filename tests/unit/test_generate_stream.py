"""The stream: the same bytes for the same seed, dependent lines in their order, memory flat, broken lines broken."""

import gc
import hashlib
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from services.cli.generate.broken import BREAKAGES, break_form
from services.cli.generate.expect import COUNTERS, Expectation, write_expectation
from services.cli.generate.families import Families
from services.cli.generate.plan import Plan, Traits
from services.cli.generate.seeds import seeded
from services.cli.generate.stories import Counted, Stories, Story
from services.cli.generate.stream import Population
from shared.contracts.submission import Submission, decode_submission
from shared.domain.regions import catalogue
from shared.domain.rules import Context, check, is_countable

PLAN = Plan(households=1_500, region="35", seed=5)
CONTEXT = Context(received_on=PLAN.census_day, census_day=PLAN.census_day)


def digest(plan: Plan) -> str:
    found = hashlib.sha256()
    for line in Population(plan).lines():
        found.update(line + b"\n")
    return found.hexdigest()


def told(plan: Plan) -> tuple[list[bytes], list[Story]]:
    stories: list[Story] = []
    return list(Population(plan).lines(stories.append)), stories


def test_the_same_seed_gives_the_same_bytes_and_another_other_ones() -> None:
    assert digest(PLAN) == digest(Plan(households=1_500, region="35", seed=5))
    assert digest(PLAN) != digest(Plan(households=1_500, region="35", seed=6))


def test_listening_changes_nothing() -> None:
    with_listener = list(Population(PLAN).lines(Expectation(PLAN).add))
    assert with_listener == list(Population(PLAN).lines())


def test_rates_are_met() -> None:
    plan = Plan(households=20_000, region="35", seed=5)
    lines, stories = told(plan)
    population = len(stories)
    assert sum(story.families for story in stories) == 20_000
    shared = sum(story.families == 2 or _new_card(story) for story in stories)
    assert shared / population == pytest.approx(0.005, rel=0.05)
    bodies = Counter(lines)
    repeats = sum(number - 1 for number in bodies.values())
    assert repeats / population == pytest.approx(0.02, rel=0.1)
    revised = sum(len({form.id for form in story.sent}) > 1 and story.families == 1 for story in stories)
    assert revised / population == pytest.approx(0.05, rel=0.15)
    broken = sum(number for line, number in bodies.items() if not _countable(line))
    assert broken / 20_000 == pytest.approx(0.01, rel=0.05)


def _new_card(story: Story) -> bool:
    return len({form.card for form in story.sent}) > 1


def _countable(line: bytes) -> bool:
    try:
        return is_countable(check(decode_submission(line), CONTEXT))
    except msgspec.MsgspecError:
        return False


def test_lines_of_a_story_keep_their_order_and_are_spread() -> None:
    lines, stories = told(PLAN)
    places: dict[bytes, list[int]] = {}
    for place, line in enumerate(lines):
        places.setdefault(line, []).append(place)
    spread = 0
    for story in stories:
        at = -1
        for form in story.sent:
            following = [place for place in places[msgspec.json.encode(form)] if place > at]
            assert following, "a form came before the one that it follows"
            spread = max(spread, following[0] - at if at >= 0 else 0)
            at = following[0]
    assert spread > 500


def test_lines_hold_no_line_feed() -> None:
    lines, _ = told(Plan(households=800, region="00", seed=5, traits=Traits(broken=1.0)))
    assert all(line and b"\n" not in line and b"\r" not in line for line in lines)


def test_memory_does_not_grow_with_the_families() -> None:
    """2,000 more families, of which each form is some 1,300 bytes, take less than half a megabyte more."""

    def peak(households: int) -> int:
        lines = Population(
            Plan(households=households, region="35.09.12", seed=1, traits=Traits(latest=200, broken=0.0))
        ).lines(Expectation(Plan(households=households)).add)
        next(lines)
        gc.collect()
        tracemalloc.start()
        try:
            for _ in lines:
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(3_000)  # what is read once and kept for good is kept now
    assert peak(3_000) < peak(1_000) + 500_000


@pytest.fixture(scope="module")
def sixty() -> list[Submission]:
    families = Families(PLAN, catalogue())
    return [families.next() for _ in range(60)]


@pytest.mark.parametrize("kind", BREAKAGES)
def test_a_broken_line_is_refused(kind: str, sixty: list[Submission]) -> None:
    rng = seeded(kind)
    for form in sixty:
        assert not _countable(break_form(form, kind, rng))


def test_every_kind_of_breakage_is_another() -> None:
    form = Families(PLAN, catalogue()).next()
    drawn = {break_form(form, kind, seeded("kinds")) for kind in BREAKAGES}
    assert len(drawn) == len(BREAKAGES) >= 20


def _stories(traits: Traits, seed: str) -> Iterator[Story]:
    tell = Stories(Families(PLAN, catalogue()), traits, seeded(seed), lambda form: form)
    while True:
        yield tell.next(alone=False)


def test_every_plot_is_told() -> None:
    revising = _stories(Traits(revisions=1.0, shared_persons=0, repeats=0, reused_ids=0), "revisions")
    shapes = {_shape(next(revising)) for _ in range(1_500)}
    assert {(0, 1), (0, 0), (0, 2, 1), (1, 0), (0, 1, 2)} <= shapes
    sharing = _stories(Traits(revisions=0, shared_persons=1.0, repeats=0, reused_ids=0), "moves")
    stories = [next(sharing) for _ in range(1_500)]
    assert {_shape(story) for story in stories if story.families == 2} == {(0, 0), (0, 0, 1), (0, 0, 1, 2)}
    assert any(_new_card(story) and story.families == 1 for story in stories)


def _shape(story: Story) -> tuple[int, ...]:
    return tuple(form.revision for form in story.sent)


def test_ids_are_unique_but_for_repeats_and_reuse() -> None:
    _, stories = told(PLAN)
    ids = [form.id for story in stories for form in dict.fromkeys(story.sent)]
    reused = sum(story.refused for story in stories)
    assert len(ids) - len(set(ids)) == reused


def test_a_person_of_two_families_is_written_in_two_ways() -> None:
    sharing = _stories(Traits(revisions=0, shared_persons=1.0, repeats=0, reused_ids=0), "guests")
    story = next(each for each in sharing if each.families == 2)
    guest = story.sent[1].members[-1].nik or ""
    assert " " in guest
    assert guest.replace(" ", "") in {member.nik for member in story.sent[0].members}


def test_expected_totals_are_sums_of_villages() -> None:
    expectation = Expectation(PLAN)
    for _ in Population(PLAN).lines(expectation.add):
        pass
    totals = expectation.totals()
    for level in (2, 5, 8, 13):
        regions = [code for code in totals if len(code) == level and code != "00"]
        for counter in COUNTERS:
            assert sum(totals[code].get(counter, 0) for code in regions) == totals["00"].get(counter, 0)
    nation = totals["00"]
    assert nation["male"] + nation["female"] == nation["persons"]
    assert sum(nation.get(f"households_grade_{letter}", 0) for letter in "abcd") == nation["households"] == 1_500
    assert nation["households_clean"] == nation["households_grade_a"]


def test_somebody_who_counts_elsewhere_is_left_out_once(tmp_path: Path) -> None:
    sharing = _stories(Traits(revisions=0, shared_persons=1.0, repeats=0, reused_ids=0), "left out")
    story = next(each for each in sharing if each.families == 2 and len(each.sent) == 2)
    expectation = Expectation(PLAN)
    expectation.add(story)
    people = {(member.nik or str(at)).replace(" ", "") for form in story.sent for at, member in enumerate(form.members)}
    assert expectation.totals()["00"]["persons"] == len(people)
    assert sum(len(form.members) for form in story.sent) == len(people) + 1
    file = tmp_path / "expect.json"
    write_expectation(expectation, file)
    assert msgspec.json.decode(file.read_bytes()) == {"regions": expectation.totals()}


def test_one_household_alone_tells_of_no_second() -> None:
    plan = Plan(households=1, region="35", traits=Traits(shared_persons=1.0, broken=0.0))
    _, stories = told(plan)
    assert [story.families for story in stories] == [1]
    assert stories[0].counted[0] == Counted(stories[0].sent[-1])
