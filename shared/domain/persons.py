"""The person fold: one person, one place, however many households claim them.

The claim that began last is effective and counts; the others are kept, so that its withdrawal brings the next one
back. Two or more claims are a conflict: counted once, shown for review, settled by a withdrawal or an operator.
A household whose head counts elsewhere while others with a NIK are in it is a second review, on its own.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from shared.domain import facts
from shared.domain.census import day_number
from shared.domain.claims import Claim, ClaimChange, Delta, Operation
from shared.domain.memberships import AgencyFact, Enrolment, Membership, agency_facts, enrol
from shared.domain.rulings import Action, Ruled, Ruling, Standing, version_of_claims

MAX_CLAIMS = 200
"""Claims kept of one person, the newest ones: a number that thousands of forms name must not stop the count."""

PersonChange = ClaimChange | Enrolment | Ruled


@dataclass(frozen=True, slots=True)
class Person:
    claims: tuple[Claim, ...] = ()
    memberships: tuple[Membership, ...] = ()
    ruling: Ruling | None = None
    leave: Ruling | None = None
    """The ruling on the households that the person left."""

    @property
    def effective(self) -> Claim | None:
        """The claim that counts."""
        if len(self.claims) > 1 and self.ruling_holds and self.ruling and self.ruling.action is Action.COUNT:
            named = self.ruling.claimant
            return next((claim for claim in self.claims if claim.claimant == named), self._newest)
        return self._newest

    @property
    def _newest(self) -> Claim | None:
        return max(self.claims, key=_order, default=None)

    @property
    def in_conflict(self) -> bool:
        """Whether more than one household claims the person, decided or not."""
        return len(self.claims) > 1

    @property
    def ruling_holds(self) -> bool:
        return self._holds(self.ruling)

    @property
    def leave_holds(self) -> bool:
        return self._holds(self.leave)

    def _holds(self, ruling: Ruling | None) -> bool:
        return ruling is not None and ruling.seen == version_of_claims(self.claims)

    @property
    def standing(self) -> Standing:
        if not self.in_conflict:
            return Standing.SETTLED
        if self.ruling is None or not self.ruling_holds:
            return Standing.OPEN
        return Standing.SETTLED if self.ruling.action is Action.COUNT else Standing.DISMISSED

    @property
    def left(self) -> tuple[Claim, ...]:
        """Claims as the head of others with a NIK, while the person counts elsewhere."""
        if len(self.claims) < 2:
            return ()
        counted = self.effective
        return tuple(claim for claim in self.claims if claim is not counted and claim.companions)

    @property
    def left_standing(self) -> Standing:
        """Of the review of the households in `left`. Where the person counts is decided on its own."""
        if not self.left:
            return Standing.SETTLED
        return Standing.DISMISSED if self.leave_holds else Standing.OPEN


def _order(claim: Claim) -> tuple[int, bytes, bytes]:
    return claim.added.received_at, claim.added.submission, claim.claimant


def apply_change(person: Person, change: ClaimChange) -> Person:
    """A claimant's latest word replaces its earlier one. Changes of one claimant arrive in order; those of
    different claimants in any."""
    others = tuple(claim for claim in person.claims if claim.claimant != change.claimant)
    match change.operation:
        case Operation.WITHDRAW:
            return _claimed(person, others)
        case Operation.CLAIM:
            claims = (*others, Claim(change.claimant, change.added, change.facts))
            return _claimed(person, claims if len(claims) <= MAX_CLAIMS else tuple(sorted(claims, key=_order)[1:]))
        case Operation.ADJUST:
            known = next((claim.facts for claim in person.claims if claim.claimant == change.claimant), None)
            if known is None:
                return person
            return _claimed(person, (*others, Claim(change.claimant, change.added, known)))


def _claimed(person: Person, claims: tuple[Claim, ...]) -> Person:
    return Person(claims, person.memberships, person.ruling, person.leave)


def apply_any(person: Person, change: PersonChange) -> Person:
    """A claim, an agency's enrolment, or an operator's ruling: the latest of each sender holds, and no kind depends on
    another, so that it does not matter which comes first."""
    if isinstance(change, ClaimChange):
        return apply_change(person, change)
    if isinstance(change, Enrolment):
        return replace(person, memberships=enrol(person.memberships, change.membership))
    if change.ruling.action is Action.LEAVE:
        return replace(person, leave=change.ruling)
    return replace(person, ruling=change.ruling)


def deltas(before: Person, after: Person) -> Iterator[Delta]:
    """What enters and leaves the count when a person's state goes from `before` to `after`."""
    old, new = before.effective, after.effective
    if old == new:
        return
    if old is not None:
        yield from _facts_of(old, -1)
    if new is not None:
        yield from _facts_of(new, +1)


def agency_deltas(before: Person, after: Person) -> Iterator[tuple[AgencyFact, int]]:
    """What enters (+1) and leaves (-1) the counts of agencies."""
    if not before.memberships and not after.memberships:
        return
    net = Counter(_agency_facts_of(after))
    net.subtract(_agency_facts_of(before))
    for fact, sign in net.items():
        if sign:
            yield fact, sign


def _agency_facts_of(person: Person) -> Iterator[AgencyFact]:
    claim = person.effective
    if claim is None:
        return agency_facts(person.memberships, None, clean=False)
    clean = bool(claim.facts[0].traits & facts.CLEAN)
    return agency_facts(person.memberships, day_number(claim.added.received_at), clean=clean)


def _facts_of(claim: Claim, sign: int) -> Iterator[Delta]:
    day = day_number(claim.added.received_at)
    for fact in claim.facts:
        yield Delta(fact, day, sign)
