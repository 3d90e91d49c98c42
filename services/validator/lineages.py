"""Cards that more than one sender filled in, none of whom proved to continue another's form."""

from shared.contracts.events import Conflicted, ConflictingClaim, Decided, encode_event, rfc3339, rfc3339_exact
from shared.contracts.topics import CONFLICTS
from shared.domain.households import Household
from shared.ledger.entry import Notice

COLLECTION = "conflicts"


def doubt(key: bytes, household: Household) -> Notice:
    """The forms under one card, for review; settled when all but one are withdrawn, dismissed by an operator."""
    ruling = household.ruling
    event = encode_event(
        Conflicted(
            conflict=key.hex(),
            kind="household",
            state=household.standing,
            claims_version=household.forms_version.hex(),
            claims=tuple(
                ConflictingClaim(
                    lineage.claimant.hex(),
                    lineage.current.submission.hex(),
                    rfc3339_exact(lineage.current.received_at),
                    None,
                    bool(lineage.current.members),
                    bool(lineage.current.members),
                    lineage.id.hex(),
                )
                for lineage in household.lineages
            ),
            decided=None
            if ruling is None
            else Decided(ruling.by, ruling.reason, rfc3339(ruling.received_at), household.ruling_holds),
        )
    )
    return Notice(CONFLICTS, key.hex(), event, COLLECTION, event)
