"""What the forms of a household are to each other: cards that more than one sender filled in, none of whom proved to
continue another's form, and which version of a lineage is in force."""

from shared.contracts.events import Conflicted, ConflictingClaim, Decided, encode_event, rfc3339, rfc3339_exact
from shared.contracts.topics import CONFLICTS
from shared.contracts.versions import LINEAGES, CurrentVersion, encode_current
from shared.domain.households import Household, Lineage
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


def in_force(lineage: Lineage) -> Notice | None:
    """Which version is in force, for those who ask about another; None where there is one only, and it counts."""
    current = lineage.current
    if len(lineage.versions) == 1 and current.members:
        return None
    document = encode_current(
        CurrentVersion(
            current.submission.hex(),
            current.revision,
            rfc3339_exact(current.received_at),
            withdrawn=not current.members,
            versions=len(lineage.versions),
        )
    )
    return Notice("", lineage.claimant.hex(), collection=LINEAGES, document=document)
