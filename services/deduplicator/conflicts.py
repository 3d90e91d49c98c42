"""How things stand between the households that claim one person: codes and times, nothing that names anybody."""

from shared.contracts.events import Conflicted, ConflictingClaim, Decided, encode_event, rfc3339, rfc3339_exact
from shared.contracts.topics import CONFLICTS
from shared.domain.facts import HOUSEHOLD
from shared.domain.persons import Person
from shared.domain.regions import code_text
from shared.domain.rulings import version_of_claims
from shared.ledger.entry import Notice

COLLECTION = "conflicts"


def conflict(key: bytes, person: Person) -> Notice:
    """The event for the outer topic, and the same as a document for people."""
    counted, ruling = person.effective, person.ruling
    event = encode_event(
        Conflicted(
            conflict=key.hex(),
            kind="person",
            state=person.standing,
            claims_version=version_of_claims(person.claims).hex(),
            claims=tuple(
                ConflictingClaim(
                    claim.claimant.hex(),
                    claim.added.submission.hex(),
                    rfc3339_exact(claim.added.received_at),
                    code_text(claim.facts[0].place),
                    claim is counted,
                    any(fact.traits & HOUSEHOLD for fact in claim.facts),
                )
                for claim in person.claims
            ),
            decided=None
            if ruling is None
            else Decided(ruling.by, ruling.reason, rfc3339(ruling.received_at), person.ruling_holds),
        )
    )
    return Notice(CONFLICTS, key.hex(), event, COLLECTION, event)
