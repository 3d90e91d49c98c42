"""The household fold.

The suite was seen to catch, one by one, these planted bugs: comparing versions by received-at before revision (order),
counting a repeat as a version (repeats), and keeping a dropped member (dropped members).
"""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.validator.state import pack_household, unpack_household
from shared.domain.claims import Added, ClaimChange, Operation
from shared.domain.facts import Fact
from shared.domain.households import (
    MAX_LINEAGES,
    MAX_VERSIONS,
    Decision,
    Household,
    Lineage,
    Outcome,
    Version,
    apply_version,
)
from tests.simulation.oracle import last_of

MEMBERS = [bytes([letter]) * 16 for letter in b"ABCD"]
FACT = Fact(3509122003, 1)
HOME = Lineage(b"l" * 16, b"c" * 16)
OTHER = Lineage(b"m" * 16, b"d" * 16)


def version(number: int, members: str = "AB", *, revision: int = 0, received_at: int | None = None) -> Version:
    return Version(
        revision,
        1000 + number if received_at is None else received_at,
        b"%016d" % number,
        b"content %08d" % number,
        tuple(bytes([letter]) * 16 for letter in members.encode()),
    )


def apply(household: Household, one: Version, lineage: Lineage = HOME) -> Outcome:
    return apply_version(household, lineage, one, dict.fromkeys(one.members, (FACT,)))


def outcomes(*versions: Version) -> list[Outcome]:
    found: list[Outcome] = []
    household = Household()
    for one in versions:
        found.append(apply(household, one))
        household = found[-1].household
    return found


def claimed(changes: tuple[ClaimChange, ...]) -> dict[bytes, tuple[Operation, Added]]:
    return {change.person[:1]: (change.operation, change.added) for change in changes}


def test_a_first_form_claims_its_members() -> None:
    (outcome,) = outcomes(version(1))
    assert outcome.decision is Decision.CURRENT
    assert claimed(outcome.changes) == {
        b"A": (Operation.CLAIM, Added(1001, b"%016d" % 1)),
        b"B": (Operation.CLAIM, Added(1001, b"%016d" % 1)),
    }


def test_a_revision_withdraws_those_it_drops_and_keeps_since_when_the_others_are_claimed() -> None:
    outcome = outcomes(version(1, "AB"), version(2, "BC"))[1]
    assert claimed(outcome.changes) == {
        b"B": (Operation.CLAIM, Added(1001, b"%016d" % 1)),
        b"C": (Operation.CLAIM, Added(1002, b"%016d" % 2)),
        b"A": (Operation.WITHDRAW, Added(1002, b"%016d" % 2)),
    }


def test_somebody_who_comes_back_is_claimed_anew() -> None:
    outcome = outcomes(version(1, "A"), version(2, "B"), version(3, "A"))[2]
    assert claimed(outcome.changes)[b"A"] == (Operation.CLAIM, Added(1003, b"%016d" % 3))


def test_a_higher_revision_wins_whenever_it_came() -> None:
    late = outcomes(version(2, "B", revision=1), version(3, "A", revision=0))[1]
    assert late.decision is Decision.SUPERSEDED
    assert late.changes == ()


def test_an_earlier_form_that_comes_late_moves_the_beginning_of_claims() -> None:
    late = outcomes(version(2, "AB", revision=1), version(1, "A", revision=0))[1]
    assert claimed(late.changes) == {b"A": (Operation.ADJUST, Added(1001, b"%016d" % 1))}


def test_a_repeat_changes_nothing() -> None:
    first = version(1)
    again = outcomes(first, first._replace(received_at=5000))[1]
    assert (again.decision, again.changes) == (Decision.REPEATED, ())
    assert again.household == outcomes(first)[0].household


def test_an_id_with_other_content_is_refused() -> None:
    first = version(1)
    again = outcomes(first, first._replace(content=b"x" * 16))[1]
    assert (again.decision, again.changes) == (Decision.ID_REUSED, ())


def test_a_withdrawal_takes_everybody_out() -> None:
    outcome = outcomes(version(1, "AB"), version(2, ""))[1]
    assert {change.operation for change in outcome.changes} == {Operation.WITHDRAW}
    assert len(outcome.changes) == 2


def test_a_withdrawal_takes_back_what_was_received_before_it_whatever_its_revision() -> None:
    form = version(1, "AB", revision=3)
    taken = outcomes(form, version(2, "", revision=0))[1]
    assert taken.decision is Decision.CURRENT
    assert {change.operation for change in taken.changes} == {Operation.WITHDRAW}
    # A form of before that comes late stays under it, one of a higher revision that is sent later does not.
    late = outcomes(form, version(3, "", revision=0), version(2, "C", revision=3))[2]
    assert (late.decision, late.changes) == (Decision.SUPERSEDED, ())
    again = outcomes(form, version(2, "", revision=0), version(3, "A", revision=3))[2]
    assert claimed(again.changes) == {b"A": (Operation.CLAIM, Added(1003, b"%016d" % 3))}


def test_a_form_that_comes_late_lifts_the_withdrawal_that_was_received_after_it() -> None:
    withdrawal, later, late = version(2, ""), version(3, "A", revision=1), version(1, "B", revision=2)
    outcome = outcomes(withdrawal, later, late)[2]
    assert outcome.decision is Decision.SUPERSEDED
    assert claimed(outcome.changes) == {b"A": (Operation.WITHDRAW, Added(1002, b"%016d" % 2))}


def test_a_second_lineage_withdraws_nothing_of_the_first() -> None:
    first = apply(Household(), version(1, "AB"))
    second = apply(first.household, version(2, "A"), OTHER)
    assert second.opened_lineage
    assert not first.opened_lineage
    assert [(change.operation, change.claimant) for change in second.changes] == [(Operation.CLAIM, OTHER.claimant)]


def test_a_state_stays_bounded() -> None:
    household = Household((HOME._replace(versions=tuple(version(number) for number in range(MAX_VERSIONS))),))
    assert apply(household, version(MAX_VERSIONS)).decision is Decision.TOO_MANY_VERSIONS
    many = tuple(Lineage(bytes([number]) * 16, b"c" * 16, (version(1),)) for number in range(MAX_LINEAGES))
    assert apply(Household(many), version(2), OTHER).decision is Decision.TOO_MANY_LINEAGES


VERSIONS = st.lists(
    st.builds(
        version,
        st.integers(0, 9),
        st.sets(st.sampled_from("ABCD")).map(lambda names: "".join(sorted(names))),
        revision=st.integers(0, 2),
        received_at=st.integers(1, 5),
    ),
    min_size=1,
    max_size=7,
    unique_by=lambda one: one.submission,
)


def in_force(changes: list[ClaimChange]) -> dict[bytes, tuple[Added, tuple[Fact, ...]]]:
    """What stands after changes came in order."""
    claims: dict[bytes, tuple[Added, tuple[Fact, ...]]] = {}
    for change in changes:
        match change.operation:
            case Operation.CLAIM:
                claims[change.person] = change.added, change.facts
            case Operation.ADJUST:
                claims[change.person] = change.added, claims[change.person][1]
            case Operation.WITHDRAW:
                del claims[change.person]
    return claims


def settle(versions: list[Version]) -> dict[bytes, tuple[Added, tuple[Fact, ...]]]:
    return in_force([change for outcome in outcomes(*versions) for change in outcome.changes])


@given(VERSIONS, st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(versions: list[Version], random: Random) -> None:
    """Shown to catch: the version that arrived last in force; one received at the same time sorted by arrival; a late
    earlier version that leaves claims as they were."""
    shuffled = random.sample(versions, len(versions))
    assert settle(versions) == settle(shuffled)


@given(VERSIONS, st.data())
def test_repeats_change_nothing(versions: list[Version], data: st.DataObject) -> None:
    """Shown to catch: a repeat kept as a version of its own."""
    repeats = data.draw(st.lists(st.sampled_from(versions), max_size=4))
    assert settle([*versions, *repeats]) == settle(versions)
    assert outcomes(*versions, *repeats)[-1].household == outcomes(*versions)[-1].household


@given(VERSIONS, st.data())
def test_an_id_used_again_with_other_answers_changes_nothing(versions: list[Version], data: st.DataObject) -> None:
    """Shown to catch: the later content put in the place of the first; other content taken for a repeat."""
    used = data.draw(st.sampled_from(versions))
    other = used._replace(content=b"other answers 16", members=(), revision=data.draw(st.integers(0, 3)))
    found = outcomes(*versions, other)
    assert found[-1].decision is Decision.ID_REUSED
    assert settle([*versions, other]) == settle(versions)


@given(VERSIONS)
def test_exactly_the_members_of_the_current_version_are_claimed(versions: list[Version]) -> None:
    """Shown to catch: a member who is dropped and stays claimed; a withdrawal in the order of its own revision."""
    assert settle(versions).keys() == set(last_of(versions).members)
    assert outcomes(*versions)[-1].household.lineages[0].current == last_of(versions)


@given(VERSIONS, st.integers(0, 2))
def test_a_withdrawal_leaves_nothing_of_what_was_received_before_it(versions: list[Version], revision: int) -> None:
    """Shown to catch: a withdrawal in the order of its own revision."""
    assert settle([*versions, version(99, "", revision=revision, received_at=6)]) == {}


@given(VERSIONS)
def test_a_state_reads_back(versions: list[Version]) -> None:
    """Shown to catch: a state packed without the versions before the current one."""
    household = outcomes(*versions)[-1].household
    assert unpack_household(pack_household(household)) == household
