"""Cards that more than one sender filled in, none of whom proved to continue another's form."""

from shared.contracts.events import Conflicted, ConflictingClaim, encode_event, rfc3339_exact
from shared.contracts.topics import CONFLICTS
from shared.domain.households import Household
from shared.ledger.entry import Notice

COLLECTION = "conflicts"


def is_doubted(household: Household) -> bool:
    """Whether two or more lineages are in force."""
    return len(household.lineages) > 1 and sum(1 for each in household.lineages if each.current.members) > 1


def doubt(key: bytes, household: Household) -> Notice:
    """The forms in force under one card, for review; settled when all but one are withdrawn."""
    event = encode_event(
        Conflicted(
            conflict=key.hex(),
            kind="household",
            state="open" if is_doubted(household) else "settled",
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
        )
    )
    return Notice(CONFLICTS, key.hex(), event, COLLECTION, event)
