"""The person fold.

The suite was seen to catch, one by one, these planted bugs: the oldest claim effective (order), deltas that forget what rides
on a claim (deltas), and a withdrawal that leaves the claim in place (withdrawal).
"""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.deduplicator.state import pack_person, unpack_person
from shared.domain.claims import Added, ClaimChange, Operation
from shared.domain.counters import COUNTERS, count
from shared.domain.facts import HOUSEHOLD, MALE, PERSON, Fact
from shared.domain.persons import MAX_CLAIMS, Person, apply_change, deltas

PERSON_KEY = b"p" * 16
TRAITS = (PERSON | MALE, PERSON, HOUSEHOLD)


def change(
    claimant: int, received_at: int = 1, operation: Operation = Operation.CLAIM, facts: tuple[Fact, ...] | None = None
) -> ClaimChange:
    carried = (Fact(claimant, PERSON),) if facts is None else facts
    return ClaimChange(
        operation,
        PERSON_KEY,
        bytes([claimant]) * 16,
        Added(received_at * 86_400_000_000, b"s" * 16),
        carried if operation is Operation.CLAIM else (),
    )


def person_of(*changes: ClaimChange) -> Person:
    person = Person()
    for each in changes:
        person = apply_change(person, each)
    return person


def counted(*changes: ClaimChange) -> Counter[tuple[int, int, int]]:
    """What remains counted when all deltas are added up."""
    totals: Counter[tuple[int, int, int]] = Counter()
    person = Person()
    for each in changes:
        after = apply_change(person, each)
        for delta in deltas(person, after):
            totals[delta.fact.place, delta.fact.traits, delta.day] += delta.sign
        person = after
    assert all(value >= 0 for value in totals.values())
    return +totals


def test_the_claim_that_began_last_counts() -> None:
    effective = person_of(change(1, 5), change(2, 9), change(3, 7)).effective
    assert effective is not None
    assert effective.claimant == bytes([2]) * 16


def test_two_claimants_are_a_conflict_until_one_withdraws() -> None:
    both = person_of(change(1), change(2))
    assert both.in_conflict
    assert not apply_change(both, change(2, operation=Operation.WITHDRAW)).in_conflict


def test_a_withdrawal_brings_the_other_claim_back() -> None:
    left = counted(change(1, 5), change(2, 9), change(2, operation=Operation.WITHDRAW))
    assert {place for place, _, _ in left} == {1}


def test_an_adjustment_of_a_claim_that_is_not_there_does_nothing() -> None:
    assert person_of(change(1, operation=Operation.ADJUST)) == Person()


def test_the_newest_claims_are_kept_when_there_are_too_many() -> None:
    many = [
        ClaimChange(Operation.CLAIM, PERSON_KEY, number.to_bytes(16, "big"), Added(number, b"s" * 16), ())
        for number in range(1, MAX_CLAIMS + 50)
    ]
    person = person_of(*many)
    assert len(person.claims) == MAX_CLAIMS
    assert person.effective is not None
    assert person.effective.added.received_at == MAX_CLAIMS + 49


FACTS = st.lists(st.builds(Fact, st.integers(1, 3), st.sampled_from(TRAITS)), min_size=1, max_size=3).map(tuple)
CHANGES = st.lists(
    st.builds(change, st.integers(1, 3), st.integers(1, 4), st.sampled_from(Operation), FACTS), max_size=8
)


def interleaved(changes: list[ClaimChange], random: Random) -> list[ClaimChange]:
    """Another order of arrival: claimants among each other in any, each claimant's own changes as they were."""
    waiting = {each.claimant: [one for one in changes if one.claimant == each.claimant] for each in changes}
    mixed: list[ClaimChange] = []
    while waiting:
        claimant = random.choice(sorted(waiting))
        mixed.append(waiting[claimant].pop(0))
        if not waiting[claimant]:
            del waiting[claimant]
    return mixed


@given(CHANGES, st.randoms(use_true_random=False))
def test_order_between_households_does_not_matter(changes: list[ClaimChange], random: Random) -> None:
    """Shown to catch: the claim that arrived last effective, instead of the one that began last."""
    other = interleaved(changes, random)
    assert set(person_of(*changes).claims) == set(person_of(*other).claims)
    assert counted(*changes) == counted(*other)


@given(CHANGES)
def test_deltas_add_up_to_the_effective_claim(changes: list[ClaimChange]) -> None:
    """Shown to catch: deltas that forget what rides on a claim; a claim replaced without its old facts taken out."""
    effective = person_of(*changes).effective
    expected = Counter((fact.place, fact.traits) for fact in effective.facts) if effective else Counter()
    found: Counter[tuple[int, int]] = Counter()
    for (place, traits, _), number in counted(*changes).items():
        found[place, traits] += number
    assert found == expected


@given(CHANGES)
def test_a_repeated_change_changes_nothing(changes: list[ClaimChange]) -> None:
    """Shown to catch: claims of one claimant kept beside each other."""
    twice = [each for one in changes for each in (one, one)]
    assert counted(*twice) == counted(*changes)
    assert person_of(*twice) == person_of(*changes)


@given(CHANGES, st.integers(1, 3))
def test_a_withdrawal_undoes_its_claim(changes: list[ClaimChange], claimant: int) -> None:
    """Shown to catch: a withdrawal that leaves the claim in place."""
    without = [each for each in changes if each.claimant != bytes([claimant]) * 16]
    withdrawn = [*changes, change(claimant, operation=Operation.WITHDRAW)]
    assert counted(*withdrawn) == counted(*without)


@given(CHANGES)
def test_a_state_reads_back(changes: list[ClaimChange]) -> None:
    """Shown to catch: a state packed with the facts of its first claim only."""
    person = person_of(*changes)
    assert unpack_person(pack_person(person)) == person


def test_counters_have_one_code_each_and_count_what_they_say() -> None:
    assert len({counter.code for counter in COUNTERS}) == len(COUNTERS)
    totals = count([PERSON | MALE, PERSON, HOUSEHOLD])
    assert (totals["persons"], totals["male"], totals["households"]) == (2, 1, 1)
