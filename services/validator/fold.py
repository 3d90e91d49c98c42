"""The validator's fold: records of the log in; claims, enrolments and rulings on persons, and rejections out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from services.validator.lineages import doubt, in_force
from services.validator.orders import Orders
from services.validator.reading import Read
from services.validator.refusals import Refused, rejection
from services.validator.state import pack_first, pack_household, unpack_household
from shared.contracts.claims import CHANGES, ChangesWriter, pack_beginning
from shared.contracts.partitions import partition_of
from shared.contracts.person_orders import ENROLMENTS, RULINGS, encode_enrolments, encode_rulings
from shared.contracts.sections import section
from shared.domain.claims import Added
from shared.domain.households import Decision, Lineage, apply_version
from shared.domain.memberships import Enrolment
from shared.domain.rulings import Ruled
from shared.ledger.entry import Notice
from shared.ledger.fold import Folded, Input

_REFUSED = frozenset({Decision.ID_REUSED, Decision.TOO_MANY_VERSIONS, Decision.TOO_MANY_LINEAGES})

Prepared = list[Read | Orders | Refused]


class Reads(Protocol):
    def read(self, source: Input) -> Read | Orders | Refused: ...


class ValidatorFold:
    """`targets`: partitions of the claims topic."""

    def __init__(self, reader: Reads, targets: int) -> None:
        self._reader = reader
        self._targets = targets

    def prepare(self, inputs: Sequence[Input]) -> Prepared:
        return [self._reader.read(each) for each in inputs]

    def keys(self, prepared: Prepared) -> Sequence[bytes]:
        forms = [each.head.subject for each in prepared if isinstance(each, Read)]
        ruled = [each.on_household.person for each in prepared if isinstance(each, Orders) and each.on_household]
        return forms + ruled

    def fold(self, prepared: Prepared, states: Mapping[bytes, bytes]) -> Folded:
        changed: dict[bytes, bytes] = {}
        outputs = [_Output() for _ in range(self._targets)]
        notices: list[Notice] = []
        for form in prepared:
            if isinstance(form, Refused):
                notices.append(rejection(form))
                continue
            if isinstance(form, Orders):
                self._pass_on(form, outputs)
                notices.extend(form.notices)
                if form.on_household is not None:
                    notices.extend(_rule(form.on_household, states, changed))
                continue
            key = form.head.subject
            packed = changed.get(key) or states[key]
            if not packed and form.facts:
                changed[key] = self._first(form, outputs)
                continue
            household = unpack_household(packed)
            outcome = apply_version(household, form.lineage, form.version, form.facts)
            if outcome.decision in _REFUSED:
                notices.append(rejection(Refused(form.source, outcome.decision, form.head)))
            elif outcome.household is not household:
                changed[key] = pack_household(outcome.household)
                if outcome.household.is_doubted or household.is_doubted:
                    notices.append(doubt(key, outcome.household))
                notices.extend(_told(outcome.household.lineage(form.lineage.id)))
            for change in outcome.changes:
                outputs[partition_of(change.person, self._targets)].changes.add(change)
        return Folded(changed, tuple(output.encode() for output in outputs), tuple(notices))

    def _first(self, form: Read, outputs: "list[_Output]") -> bytes:
        """What most forms are: the first one of its household. There is nothing to decide, so nothing is unpacked; state
        and claims are byte for byte what `apply_version` would come to."""
        targets = self._targets
        beginning = pack_beginning(form.lineage.claimant, Added(form.version.received_at, form.version.submission))
        for person, facts in form.facts.items():
            outputs[partition_of(person, targets)].changes.claim(person, beginning, facts)
        return pack_first(form.lineage, form.version)

    def _pass_on(self, orders: Orders, outputs: "list[_Output]") -> None:
        for enrolment in orders.enrolments:
            outputs[partition_of(enrolment.person, self._targets)].enrolments.append(enrolment)
        for ruling in orders.rulings:
            outputs[partition_of(ruling.person, self._targets)].rulings.append(ruling)


def _told(lineage: Lineage | None) -> Iterator[Notice]:
    notice = None if lineage is None else in_force(lineage)
    if notice is not None:
        yield notice


def _rule(ruled: Ruled, states: Mapping[bytes, bytes], changed: dict[bytes, bytes]) -> Iterator[Notice]:
    """On the forms of a household; of a card that nobody filled in there is nothing to say."""
    household = unpack_household(changed.get(ruled.person) or states[ruled.person])
    if household.lineages:
        after = replace(household, ruling=ruled.ruling)
        changed[ruled.person] = pack_household(after)
        yield doubt(ruled.person, after)


class _Output:
    """What one batch has for one partition of persons."""

    __slots__ = ("changes", "enrolments", "rulings")

    def __init__(self) -> None:
        self.changes = ChangesWriter()
        self.enrolments: list[Enrolment] = []
        self.rulings: list[Ruled] = []

    def encode(self) -> bytes:
        return (
            section(CHANGES, self.changes.encode())
            + section(ENROLMENTS, encode_enrolments(self.enrolments))
            + section(RULINGS, encode_rulings(self.rulings))
        )
