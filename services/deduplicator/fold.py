"""The deduplicator's fold: claims, enrolments and rulings on persons in; changes of the count and conflicts out."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from services.deduplicator.conflicts import reviews
from services.deduplicator.state import first_claim, pack_person, unpack_person
from shared.contracts.changes import AGENCY_DELTAS, DELTAS, encode_agency_deltas, encode_deltas, pack_added
from shared.contracts.claims import CHANGES, Row, change_of, decode_rows
from shared.contracts.person_orders import ENROLMENTS, RULINGS, decode_enrolments, decode_rulings
from shared.contracts.sections import section, sections
from shared.domain.claims import Operation
from shared.domain.memberships import AgencyFact
from shared.domain.persons import PersonChange, agency_deltas, apply_any, deltas
from shared.ledger.entry import Notice
from shared.ledger.fold import Folded, Input

_ORDERS: Mapping[int, Callable[[bytes], Iterator[PersonChange]]] = {
    ENROLMENTS: decode_enrolments,
    RULINGS: decode_rulings,
}
_CLAIM = int(Operation.CLAIM)

Change = Row | PersonChange
Prepared = list[tuple[bytes, Change]]
"""Persons and what is said of them. Claims stay packed: most of them need no look inside."""


class DeduplicatorFold:
    """Its one output goes to the one partition of the changes topic."""

    def prepare(self, inputs: Sequence[Input]) -> Prepared:
        prepared: Prepared = []
        for block in inputs:
            for tag, payload in sections(block.body):
                if tag == CHANGES:
                    prepared.extend(decode_rows(payload))
                elif tag in _ORDERS:
                    prepared.extend((change.person, change) for change in _ORDERS[tag](payload))
        return prepared

    def keys(self, prepared: Prepared) -> Sequence[bytes]:
        return [person for person, _ in prepared]

    def fold(self, prepared: Prepared, states: Mapping[bytes, bytes]) -> Folded:
        said: dict[bytes, list[Change]] = {}
        for person, change in prepared:
            known = said.get(person)
            if known is None:
                said[person] = [change]
            else:
                known.append(change)
        outcome = _Outcome()
        for person, changes in said.items():
            first, state = changes[0], states[person]
            if not state and len(changes) == 1 and type(first) is bytes and first[0] == _CLAIM:
                outcome.first_claim(person, first)
            else:
                outcome.changed(person, state, changes)
        return outcome.folded()


class _Outcome:
    def __init__(self) -> None:
        self._states: dict[bytes, bytes] = {}
        self._deltas: list[bytes] = []
        self._agencies: list[tuple[AgencyFact, int]] = []
        self._notices: list[Notice] = []

    def first_claim(self, person: bytes, row: Row) -> None:
        """What most changes are: the first word on somebody. There is nothing to decide, so nothing is unpacked; state
        and deltas are byte for byte what `changed` would come to."""
        self._states[person] = first_claim(row)
        self._deltas.append(pack_added(row))

    def changed(self, key: bytes, state: bytes, changes: Sequence[Change]) -> None:
        before = after = unpack_person(state)
        for change in changes:
            after = apply_any(after, change_of(key, change) if isinstance(change, bytes) else change)
        if after == before:
            return
        self._states[key] = pack_person(after)
        self._deltas.append(encode_deltas(deltas(before, after)))
        self._agencies.extend(agency_deltas(before, after))
        self._notices.extend(reviews(key, before, after))

    def folded(self) -> Folded:
        body = section(DELTAS, b"".join(self._deltas)) + section(AGENCY_DELTAS, encode_agency_deltas(self._agencies))
        return Folded(self._states, (body,), tuple(self._notices))
