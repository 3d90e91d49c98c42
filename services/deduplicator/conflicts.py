"""How things stand between the households that claim one person: codes and times, nothing that names anybody."""

import hashlib
from collections.abc import Iterator

from shared.contracts.events import Conflicted, ConflictingClaim, Decided, encode_event, rfc3339, rfc3339_exact
from shared.contracts.topics import CONFLICTS
from shared.domain.persons import Person
from shared.domain.regions import code_text
from shared.domain.rulings import Ruling, version_of_claims
from shared.ledger.entry import Notice

COLLECTION = "conflicts"


def reviews(key: bytes, before: Person, after: Person) -> Iterator[Notice]:
    """What people should know when a person's state goes from `before` to `after`. Both reviews show the same claims,
    so a change of them renews both."""
    if not (before.in_conflict or after.in_conflict):
        return
    same_claims = before.claims == after.claims
    if not same_claims or before.ruling != after.ruling:
        yield _notice(
            Conflicted(
                conflict=key.hex(),
                kind="person",
                state=after.standing,
                claims_version=version_of_claims(after.claims).hex(),
                claims=_claims(after),
                decided=_decided(after.ruling, holds=after.ruling_holds),
            )
        )
    if (before.left or after.left) and not (same_claims and before.leave == after.leave and before.left == after.left):
        yield _notice(
            Conflicted(
                conflict=headless_review(key),
                kind="headless",
                person=key.hex(),
                state=after.left_standing,
                claims_version=version_of_claims(after.claims).hex(),
                claims=_claims(after),
                decided=_decided(after.leave, holds=after.leave_holds),
            )
        )


def headless_review(person: bytes) -> str:
    """The id of the review of the households that a person headed and left."""
    return hashlib.sha256(b"headless:" + person).hexdigest()[:32]


def _claims(person: Person) -> tuple[ConflictingClaim, ...]:
    counted = person.effective
    return tuple(
        ConflictingClaim(
            claim.claimant.hex(),
            claim.added.submission.hex(),
            rfc3339_exact(claim.added.received_at),
            code_text(claim.facts[0].place),
            claim is counted,
            claim.heads,
            companions=claim.companions,
        )
        for claim in person.claims
    )


def _decided(ruling: Ruling | None, *, holds: bool) -> Decided | None:
    return None if ruling is None else Decided(ruling.by, ruling.reason, rfc3339(ruling.received_at), holds)


def _notice(review: Conflicted) -> Notice:
    """The event for the outer topic, and the same as a document for people."""
    event = encode_event(review)
    return Notice(CONFLICTS, review.conflict, event, COLLECTION, event)
