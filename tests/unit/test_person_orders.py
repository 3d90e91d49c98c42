"""Rosters and rulings on a person, in any order with claims.

The suite was seen to catch, one by one, these planted bugs: a ruling that holds although a claim changed (lapses), an
enrolment repeated that counts on a new day (repeats), a leaver who stays counted (leaves), clean read off the
household's fact (clean), and a LEAVE that replaces the ruling on where the person counts (dismissed on its own).
"""

from collections import Counter
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from services.deduplicator.conflicts import reviews
from services.deduplicator.state import pack_person, unpack_person
from shared.contracts.events import Conflicted
from shared.contracts.person_orders import decode_enrolments, decode_rulings, encode_enrolments, encode_rulings
from shared.domain import memberships
from shared.domain.claims import Added, ClaimChange, Operation
from shared.domain.facts import CLEAN, HOUSEHOLD, PERSON, Fact, household_traits
from shared.domain.memberships import AgencyFact, Enrolment, Membership, Staff
from shared.domain.persons import Person, PersonChange, agency_deltas, apply_any
from shared.domain.rulings import Action, Reason, Ruled, Ruling, Standing, version_of

SOMEBODY = b"p" * 16
DAY = 86_400_000_000
NOBODY = bytes(16)


def claimant(number: int) -> bytes:
    return bytes([number]) * 16


def claim(number: int, at: int, *, traits: int = PERSON, operation: Operation = Operation.CLAIM) -> ClaimChange:
    facts = (Fact(3509122003, traits),) if operation is Operation.CLAIM else ()
    return ClaimChange(operation, SOMEBODY, claimant(number), Added(at * DAY, b"s" * 16), facts)


def enrolment(agency: str, staff: Staff, at: int = 1) -> Enrolment:
    return Enrolment(SOMEBODY, Membership(agency, staff, at * DAY))


def ruling(action: Action, named: int, *seen: tuple[int, int]) -> Ruled:
    version = version_of((claimant(number), Added(at * DAY, b"s" * 16)) for number, at in seen)
    chosen = claimant(named) if named else NOBODY
    return Ruled(SOMEBODY, Ruling(action, chosen, version, 77 * DAY, "an-operator", Reason.MOVED))


def head(number: int, at: int, *, companions: int) -> ClaimChange:
    facts = (Fact(3509122003, PERSON), Fact(3509122003, household_traits("A", companions)))
    return ClaimChange(Operation.CLAIM, SOMEBODY, claimant(number), Added(at * DAY, b"s" * 16), facts)


def person_of(*changes: PersonChange) -> Person:
    person = Person()
    for each in changes:
        person = apply_any(person, each)
    return person


def counted(*changes: PersonChange) -> Counter[AgencyFact]:
    """What remains counted for agencies when all deltas are added up."""
    totals: Counter[AgencyFact] = Counter()
    person = Person()
    for each in changes:
        after = apply_any(person, each)
        for fact, sign in agency_deltas(person, after):
            totals[fact] += sign
        person = after
    assert all(number >= 0 for number in totals.values())
    return +totals


def counts_at(person: Person) -> bytes | None:
    return None if person.effective is None else person.effective.claimant


def test_an_operator_decides_where_a_person_counts() -> None:
    person = person_of(claim(1, 5), claim(2, 9), ruling(Action.COUNT, 1, (1, 5), (2, 9)))
    assert counts_at(person) == claimant(1)
    assert person.standing is Standing.SETTLED


def test_a_dismissal_leaves_the_newest_claim_counting() -> None:
    person = person_of(claim(1, 5), claim(2, 9), ruling(Action.DISMISS, 0, (1, 5), (2, 9)))
    assert counts_at(person) == claimant(2)
    assert person.standing is Standing.DISMISSED


def test_a_ruling_lapses_when_a_claim_comes_or_changes() -> None:
    decided = (claim(1, 5), claim(2, 9), ruling(Action.COUNT, 1, (1, 5), (2, 9)))
    for later in (claim(3, 20), claim(2, 10)):
        person = person_of(*decided, later)
        assert counts_at(person) == later.claimant
        assert person.standing is Standing.OPEN


def test_a_ruling_on_other_claims_than_there_are_decides_nothing() -> None:
    person = person_of(claim(1, 5), claim(2, 9), ruling(Action.COUNT, 1, (1, 5)))
    assert counts_at(person) == claimant(2)
    assert person.standing is Standing.OPEN


def test_a_withdrawal_settles_a_decided_conflict_too() -> None:
    person = person_of(
        claim(1, 5),
        claim(2, 9),
        ruling(Action.COUNT, 1, (1, 5), (2, 9)),
        claim(1, 30, operation=Operation.WITHDRAW),
    )
    assert counts_at(person) == claimant(2)
    assert person.standing is Standing.SETTLED


def test_a_head_who_counts_elsewhere_leaves_a_household_for_review() -> None:
    person = person_of(head(1, 5, companions=3), claim(2, 9))
    assert [each.claimant for each in person.left] == [claimant(1)]
    assert person.left_standing is Standing.OPEN
    assert person_of(head(1, 5, companions=0), claim(2, 9)).left == ()
    assert person_of(head(1, 9, companions=3), claim(2, 5)).left == ()


def test_a_household_gets_its_head_back_by_a_withdrawal_or_a_decision() -> None:
    left = (head(1, 5, companions=3), claim(2, 9))
    for event in (claim(2, 9, operation=Operation.WITHDRAW), ruling(Action.COUNT, 1, (1, 5), (2, 9))):
        assert person_of(*left, event).left_standing is Standing.SETTLED


def test_a_household_without_head_is_dismissed_on_its_own_and_until_a_claim_changes() -> None:
    seen = ((1, 5), (2, 9))
    left = (head(1, 5, companions=3), claim(2, 9), ruling(Action.LEAVE, 0, *seen))
    person = person_of(*left)
    assert (person.left_standing, person.standing) == (Standing.DISMISSED, Standing.OPEN)
    decided = person_of(*left, ruling(Action.COUNT, 2, *seen))
    assert (decided.left_standing, decided.standing) == (Standing.DISMISSED, Standing.SETTLED)
    assert person_of(*left, claim(3, 7)).left_standing is Standing.OPEN


def test_a_review_is_told_when_it_opens_changes_and_closes_and_only_then() -> None:
    states: list[tuple[str, str]] = []
    person = Person()
    for change in (
        head(1, 5, companions=3),
        enrolment("A-1", Staff.ASN),
        claim(2, 9),
        claim(2, 9),
        ruling(Action.LEAVE, 0, (1, 5), (2, 9)),
        claim(2, 9, operation=Operation.WITHDRAW),
    ):
        after = apply_any(person, change)
        told = [msgspec.json.decode(each.event, type=Conflicted) for each in reviews(SOMEBODY, person, after)]
        states.extend((each.kind, each.state) for each in told)
        assert {each.person or each.conflict for each in told} <= {SOMEBODY.hex()}
        person = after
    assert states == [
        ("person", "open"),
        ("headless", "open"),
        ("headless", "dismissed"),
        ("person", "settled"),
        ("headless", "settled"),
    ]


def test_a_member_who_answered_is_counted_whichever_came_first() -> None:
    roster, form = enrolment("35.09-DISDIK", Staff.ASN, at=3), claim(1, 8, traits=PERSON | CLEAN)
    staff = memberships.ASN
    assert (
        counted(roster, form)
        == counted(form, roster)
        == Counter(
            {
                AgencyFact("35.09-DISDIK", memberships.MEMBER | staff, 3): 1,
                AgencyFact("35.09-DISDIK", memberships.RESPONDED | memberships.CLEAN | staff, 8): 1,
            }
        )
    )


def test_a_form_that_is_not_clean_is_an_answer_all_the_same() -> None:
    traits = {fact.traits for fact in counted(enrolment("A-1", Staff.NON_ASN), claim(1, 8, traits=PERSON))}
    assert traits == {memberships.MEMBER | memberships.NON_ASN, memberships.RESPONDED | memberships.NON_ASN}


def test_a_member_who_leaves_takes_everything_along() -> None:
    assert not counted(enrolment("A-1", Staff.ASN), claim(1, 8), enrolment("A-1", Staff.LEFT, at=9))


def test_the_same_roster_again_changes_no_day() -> None:
    once = counted(enrolment("A-1", Staff.ASN, at=3))
    assert counted(enrolment("A-1", Staff.ASN, at=3), enrolment("A-1", Staff.ASN, at=9)) == once


def test_a_person_may_serve_two_agencies() -> None:
    assert len(counted(enrolment("A-1", Staff.ASN), enrolment("B-2", Staff.NON_ASN))) == 2


CHANGES = st.lists(
    st.one_of(
        st.builds(
            claim, st.integers(1, 3), st.integers(1, 5), traits=st.sampled_from([PERSON, PERSON | CLEAN, HOUSEHOLD])
        ),
        st.builds(head, st.integers(1, 3), st.integers(1, 5), companions=st.integers(0, 70)),
        st.builds(enrolment, st.sampled_from(["A-1", "B-2", "C-3"]), st.sampled_from(Staff), st.integers(1, 5)),
        st.builds(ruling, st.sampled_from(Action), st.integers(1, 3), st.tuples(st.integers(1, 3), st.integers(1, 5))),
    ),
    max_size=12,
)


def sender_of(change: PersonChange) -> object:
    """Whose words keep their order: a claimant's, an agency's, and all rulings."""
    if isinstance(change, ClaimChange):
        return change.claimant
    return change.membership.agency if isinstance(change, Enrolment) else "rulings"


@given(CHANGES, st.randoms(use_true_random=False))
def test_the_order_between_senders_does_not_matter(changes: list[PersonChange], chance: Random) -> None:
    queues: dict[object, list[PersonChange]] = {}
    for each in changes:
        queues.setdefault(sender_of(each), []).append(each)
    mixed: list[PersonChange] = []
    while queues:
        sender = chance.choice(list(queues))
        mixed.append(queues[sender].pop(0))
        if not queues[sender]:
            del queues[sender]
    assert _state(person_of(*mixed)) == _state(person_of(*changes))
    assert counted(*mixed) == counted(*changes)


def _state(person: Person) -> object:
    return frozenset(person.claims), person.memberships, person.ruling, person.leave


@given(CHANGES)
def test_deltas_add_up_to_counting_the_final_state(changes: list[PersonChange]) -> None:
    assert counted(*changes) == +Counter(dict(agency_deltas(Person(), person_of(*changes))))


@given(CHANGES)
def test_a_state_survives_packing(changes: list[PersonChange]) -> None:
    person = person_of(*changes)
    assert unpack_person(pack_person(person)) == person


def test_orders_survive_their_block() -> None:
    enrolments = [enrolment("35.09-DISDIK", Staff.ASN), enrolment("B-2", Staff.LEFT, at=4)]
    assert list(decode_enrolments(encode_enrolments(enrolments))) == enrolments
    rulings = [ruling(Action.COUNT, 2, (2, 3)), ruling(Action.DISMISS, 0)]
    assert list(decode_rulings(encode_rulings(rulings))) == rulings
