"""The person fold: one person, one place, however many households claim them.

The claim that began last is effective and counts; the others are kept, so that its withdrawal brings the next one
back. Two or more claims are a conflict: counted once, shown for review.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.domain.census import day_number
from shared.domain.claims import Claim, ClaimChange, Delta, Operation

MAX_CLAIMS = 200
"""Claims kept of one person, the newest ones: a number that thousands of forms name must not stop the count."""


@dataclass(frozen=True, slots=True)
class Person:
    claims: tuple[Claim, ...] = ()

    @property
    def effective(self) -> Claim | None:
        """The claim that counts."""
        return max(self.claims, key=_order, default=None)

    @property
    def in_conflict(self) -> bool:
        return len(self.claims) > 1


def _order(claim: Claim) -> tuple[int, bytes, bytes]:
    return claim.added.received_at, claim.added.submission, claim.claimant


def apply_change(person: Person, change: ClaimChange) -> Person:
    """A claimant's latest word replaces its earlier one. Changes of one claimant arrive in order; those of
    different claimants in any."""
    others = tuple(claim for claim in person.claims if claim.claimant != change.claimant)
    match change.operation:
        case Operation.WITHDRAW:
            return Person(others)
        case Operation.CLAIM:
            claims = (*others, Claim(change.claimant, change.added, change.facts))
            return Person(claims if len(claims) <= MAX_CLAIMS else tuple(sorted(claims, key=_order)[1:]))
        case Operation.ADJUST:
            facts = next((claim.facts for claim in person.claims if claim.claimant == change.claimant), None)
            if facts is None:
                return person
            return Person((*others, Claim(change.claimant, change.added, facts)))


def deltas(before: Person, after: Person) -> Iterator[Delta]:
    """What enters and leaves the count when a person's state goes from `before` to `after`."""
    old, new = before.effective, after.effective
    if old == new:
        return
    if old is not None:
        yield from _facts_of(old, -1)
    if new is not None:
        yield from _facts_of(new, +1)


def _facts_of(claim: Claim, sign: int) -> Iterator[Delta]:
    day = day_number(claim.added.received_at)
    for fact in claim.facts:
        yield Delta(fact, day, sign)
