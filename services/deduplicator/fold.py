"""The deduplicator's fold: claims on persons in, changes of the count and conflicts out."""

from collections.abc import Mapping, Sequence

from services.deduplicator.state import pack_person, unpack_person
from shared.contracts.changes import DELTAS, encode_deltas
from shared.contracts.claims import CHANGES, decode_changes
from shared.contracts.events import ConflictingClaim, PersonConflicted, encode_event, rfc3339
from shared.contracts.sections import section, sections
from shared.contracts.topics import CONFLICTS
from shared.domain.claims import ClaimChange, Delta
from shared.domain.persons import Person, apply_change, deltas
from shared.ledger.entry import Notice
from shared.ledger.fold import Folded, Input

CONFLICTS_COLLECTION = "conflicts"


class DeduplicatorFold:
    """Its one output goes to the one partition of the changes topic."""

    def prepare(self, inputs: Sequence[Input]) -> list[ClaimChange]:
        return [
            change
            for block in inputs
            for tag, payload in sections(block.body)
            if tag == CHANGES
            for change in decode_changes(payload)
        ]

    def keys(self, prepared: list[ClaimChange]) -> Sequence[bytes]:
        return [change.person for change in prepared]

    def fold(self, prepared: list[ClaimChange], states: Mapping[bytes, bytes]) -> Folded:
        before = {key: unpack_person(state) for key, state in states.items()}
        after = dict(before)
        for change in prepared:
            after[change.person] = apply_change(after[change.person], change)
        counted: list[Delta] = []
        changed: dict[bytes, bytes] = {}
        notices: list[Notice] = []
        for key, person in after.items():
            known = before[key]
            if person == known:
                continue
            changed[key] = pack_person(person)
            counted.extend(deltas(known, person))
            if person.in_conflict or known.in_conflict:
                notices.append(conflict(key, person))
        return Folded(changed, (section(DELTAS, encode_deltas(counted)),), tuple(notices))


def conflict(key: bytes, person: Person) -> Notice:
    """How things stand between the households that claim one person: codes and times, nothing that names anybody."""
    counted = person.effective
    event = encode_event(
        PersonConflicted(
            conflict=key.hex(),
            state="open" if person.in_conflict else "settled",
            claims=tuple(
                ConflictingClaim(
                    claim.claimant.hex(),
                    claim.added.submission.hex(),
                    rfc3339(claim.added.received_at),
                    str(claim.facts[0].place),
                    claim is counted,
                )
                for claim in person.claims
            ),
        )
    )
    return Notice(CONFLICTS, key.hex(), event, CONFLICTS_COLLECTION, event)
