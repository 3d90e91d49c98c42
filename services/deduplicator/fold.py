"""The deduplicator's fold: claims, enrolments and rulings on persons in; changes of the count and conflicts out."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from services.deduplicator.conflicts import reviews
from services.deduplicator.state import pack_person, unpack_person
from shared.contracts.changes import AGENCY_DELTAS, DELTAS, encode_agency_deltas, encode_deltas
from shared.contracts.claims import CHANGES, decode_changes
from shared.contracts.person_orders import ENROLMENTS, RULINGS, decode_enrolments, decode_rulings
from shared.contracts.sections import section, sections
from shared.domain.claims import Delta
from shared.domain.memberships import AgencyFact
from shared.domain.persons import PersonChange, agency_deltas, apply_any, deltas
from shared.ledger.entry import Notice
from shared.ledger.fold import Folded, Input

_DECODERS: Mapping[int, Callable[[bytes], Iterator[PersonChange]]] = {
    CHANGES: decode_changes,
    ENROLMENTS: decode_enrolments,
    RULINGS: decode_rulings,
}


class DeduplicatorFold:
    """Its one output goes to the one partition of the changes topic."""

    def prepare(self, inputs: Sequence[Input]) -> list[PersonChange]:
        return [
            change
            for block in inputs
            for tag, payload in sections(block.body)
            if tag in _DECODERS
            for change in _DECODERS[tag](payload)
        ]

    def keys(self, prepared: list[PersonChange]) -> Sequence[bytes]:
        return [change.person for change in prepared]

    def fold(self, prepared: list[PersonChange], states: Mapping[bytes, bytes]) -> Folded:
        before = {key: unpack_person(state) for key, state in states.items()}
        after = dict(before)
        for change in prepared:
            after[change.person] = apply_any(after[change.person], change)
        counted: list[Delta] = []
        agencies: list[tuple[AgencyFact, int]] = []
        changed: dict[bytes, bytes] = {}
        notices: list[Notice] = []
        for key, person in after.items():
            known = before[key]
            if person == known:
                continue
            changed[key] = pack_person(person)
            counted.extend(deltas(known, person))
            agencies.extend(agency_deltas(known, person))
            notices.extend(reviews(key, known, person))
        body = section(DELTAS, encode_deltas(counted)) + section(AGENCY_DELTAS, encode_agency_deltas(agencies))
        return Folded(changed, (body,), tuple(notices))
