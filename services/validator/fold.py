"""The validator's fold: records of the log in, claims on persons and rejections out."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.validator.reading import Read, Refused
from services.validator.state import pack_household, unpack_household
from shared.contracts.claims import CHANGES, encode_changes
from shared.contracts.events import RejectedProblem, SubmissionRejected, encode_event, rfc3339
from shared.contracts.partitions import partition_of
from shared.contracts.sections import section
from shared.contracts.topics import REJECTIONS, SUBMISSIONS
from shared.domain.claims import ClaimChange
from shared.domain.households import Decision, apply_version
from shared.ledger.entry import Notice
from shared.ledger.fold import Folded, Input

QUARANTINE = "quarantine"
_REFUSED = frozenset({Decision.ID_REUSED, Decision.TOO_MANY_VERSIONS, Decision.TOO_MANY_LINEAGES})


class Reads(Protocol):
    def read(self, source: Input) -> Read | Refused: ...


class ValidatorFold:
    """`targets`: partitions of the claims topic."""

    def __init__(self, reader: Reads, targets: int) -> None:
        self._reader = reader
        self._targets = targets

    def prepare(self, inputs: Sequence[Input]) -> list[Read | Refused]:
        return [self._reader.read(each) for each in inputs]

    def keys(self, prepared: list[Read | Refused]) -> Sequence[bytes]:
        return [form.head.subject for form in prepared if isinstance(form, Read)]

    def fold(self, prepared: list[Read | Refused], states: Mapping[bytes, bytes]) -> Folded:
        changed: dict[bytes, bytes] = {}
        claims: list[list[ClaimChange]] = [[] for _ in range(self._targets)]
        notices: list[Notice] = []
        for form in prepared:
            if isinstance(form, Refused):
                notices.append(rejection(form))
                continue
            key = form.head.subject
            household = unpack_household(changed.get(key) or states[key])
            outcome = apply_version(household, form.lineage, form.version, form.facts)
            if outcome.decision in _REFUSED:
                notices.append(rejection(Refused(form.source, outcome.decision, form.head)))
            elif outcome.household is not household:
                changed[key] = pack_household(outcome.household)
            for change in outcome.changes:
                claims[partition_of(change.person, self._targets)].append(change)
        outputs = tuple(section(CHANGES, encode_changes(each)) for each in claims)
        return Folded(changed, outputs, tuple(notices))


def rejection(refused: Refused) -> Notice:
    """The event for the outer topic, and the same as a document for people."""
    source, head = refused.source, refused.head
    event = encode_event(
        SubmissionRejected(
            topic=SUBMISSIONS,
            partition=source.source,
            offset=source.position,
            reason=refused.code,
            problems=tuple(RejectedProblem(each.code, each.pointer) for each in refused.problems),
            submission=None if head is None else head.id.hex(),
            received_at=None if head is None else rfc3339(head.received_at),
        )
    )
    key = f"{SUBMISSIONS}|{source.source}|{source.position}"
    return Notice(REJECTIONS, key, event, QUARANTINE, event)
