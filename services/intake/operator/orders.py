"""Events on the log that are no forms: enrolments, rulings, withdrawals. They are sealed and stamped as forms are."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal
from uuid import UUID, uuid4

import msgspec

from services.intake.accepting import Acceptor
from services.intake.operator.bodies import DecisionBody, WithdrawalBody
from services.intake.ports import OutcomeUnknown, Overloaded, Unavailable
from services.intake.problems import Fault, Json, Refused
from services.intake.stamp import Stamped
from shared.contracts.calendar import CALENDAR_SUBJECT, CalendarOrder, encode_calendar
from shared.contracts.envelope import NOBODY, Codec, Head, Kind
from shared.contracts.events import microseconds_of
from shared.contracts.identity import agency_key, content_hash, household_code_key, household_key
from shared.contracts.orders import Roster, RosterEntry, RulingOrder, SeenClaim, encode_order
from shared.domain.census import received_on
from shared.domain.nik import nik_key_digits
from shared.runtime.keys import KeyRing
from shared.runtime.partners import Partner

Document = dict[str, Any]
OUTRANKS_FORMS: Final = 2**32 - 1
"""The revision of an operator's withdrawal: above every revision that a form can have."""
_BY_BYTES: Final = 32
_Action = Literal["count", "dismiss", "leave"]
_ACTIONS: Final[dict[str, dict[str, _Action]]] = {
    "person": {"count": "count", "dismiss": "dismiss"},
    "headless": {"dismiss": "leave"},
    "household": {"dismiss": "dismiss", "withdraw": "dismiss"},
}
"""By kind of conflict: what may be decided, and what the log calls it. A withdrawal is an event of its own."""


class Orders:
    """Each answers with the id of its event and the receipt.

    Args:
        now: microseconds since 1970-01-01 UTC, each reading later than the one before.
    """

    def __init__(self, keys: KeyRing, acceptor: Acceptor, now: Callable[[], int]) -> None:
        self._keys = keys
        self._acceptor = acceptor
        self._now = now

    def admit(self) -> None:
        """Raises Refused `census-final`: an order would change totals that are signed. So does every order."""
        self._acceptor.gate.admit_order()

    async def enrol(self, agency: str, entries: Sequence[RosterEntry], sender: bytes) -> Json:
        """One record of a roster. Raises Refused."""
        content = encode_order(Roster(agency, tuple(entries)))
        return await self._append(Kind.ROSTER, agency_key(self._keys.identity, agency), content, sender=sender)

    async def set_calendar(self, order: CalendarOrder, sender: bytes) -> Json:
        """Raises Refused."""
        return await self._append(Kind.CALENDAR, CALENDAR_SUBJECT, encode_calendar(order), sender=sender)

    async def decide(self, conflict: Document, body: DecisionBody, partner: Partner) -> Json:
        """Raises Refused: `conflict-changed`, or `shape` where the action does not go with the conflict."""
        if body.claims_version is not None and body.claims_version != conflict.get("claims_version"):
            raise Refused("conflict-changed")
        if body.action not in _ACTIONS[conflict["kind"]]:
            raise Refused("shape", [Fault("decision-action", "/action")])
        if body.action == "withdraw":
            return await self._withdraw_lineage(conflict, body, partner)
        claims = _claims_seen(conflict)
        named = None if body.claimant is None else bytes.fromhex(body.claimant)
        if (body.action == "count") != (named in {each.claimant for each in claims}):
            raise Refused("shape", [Fault("decision-claimant", "/claimant")])
        subject = bytes.fromhex(conflict.get("person") or conflict["conflict"])
        content = encode_order(
            RulingOrder(
                subject,
                _ACTIONS[conflict["kind"]][body.action],
                claims,
                partner.id[:_BY_BYTES],
                body.reason,
                named,
                "household" if conflict["kind"] == "household" else "person",
            )
        )
        return await self._append(Kind.DECISION, subject, content, sender=partner.sender)

    async def withdraw(self, body: WithdrawalBody) -> Json:
        """A family's own withdrawal.

        Raises Refused: `correction-code`, `shape` without a card or code, or as the calendar says.
        """
        self._acceptor.gate.admit(self._now(), NOBODY)
        if not self._acceptor.proves(body.correction):
            raise Refused("correction-code", [Fault("correction-code", "/correction/code")])
        subject = self._subject(body)
        lineage = UUID(body.correction.lineage).bytes
        content = msgspec.json.encode({"withdrawn": True})
        return await self._append(
            Kind.WITHDRAWAL, subject, content, sender=NOBODY, lineage=lineage, revision=body.revision
        )

    async def _withdraw_lineage(self, conflict: Document, body: DecisionBody, partner: Partner) -> Json:
        chosen = next((each for each in conflict["claims"] if each["claimant"] == body.claimant), None)
        if chosen is None or not chosen.get("lineage"):
            raise Refused("shape", [Fault("decision-claimant", "/claimant")])
        content = msgspec.json.encode({"withdrawn": True, "by": partner.id, "reason": body.reason})
        return await self._append(
            Kind.WITHDRAWAL,
            bytes.fromhex(conflict["conflict"]),
            content,
            sender=partner.sender,
            lineage=bytes.fromhex(chosen["lineage"]),
            revision=OUTRANKS_FORMS,
        )

    def _subject(self, body: WithdrawalBody) -> bytes:
        digits = None if body.card is None else nik_key_digits(body.card)
        if digits is not None:
            return household_key(self._keys.identity, digits)
        if body.code is None:
            raise Refused("shape", [Fault("shape-missing", "/card")])
        return household_code_key(self._keys.identity, body.code)

    async def _append(
        self,
        kind: Kind,
        subject: bytes,
        content: bytes,
        *,
        sender: bytes,
        lineage: bytes = NOBODY,
        revision: int = 0,
    ) -> Json:
        self.admit()
        event, received_at = uuid4().bytes, self._now()
        head = Head(
            kind=kind,
            codec=Codec.JSON,
            key_id=self._keys.payload.of_day(received_on(received_at)),
            received_at=received_at,
            revision=revision,
            id=event,
            subject=subject,
            lineage=lineage,
            sender=sender,
            content_hash=content_hash(self._keys.content, event, content),
        )
        try:
            at = await asyncio.shield(self._acceptor.publish(Stamped(head, content)))
        except Overloaded:
            raise Refused("overloaded") from None
        except Unavailable:
            raise Refused("unavailable") from None
        except OutcomeUnknown:
            raise Refused("outcome-unknown") from None
        return {"id": str(UUID(bytes=event)), "receipt": await self._acceptor.receipts.receipt(head, at)}


def _claims_seen(conflict: Document) -> tuple[SeenClaim, ...]:
    """Those that a decision is about. Of a card's forms: those in force."""
    forms = conflict["kind"] == "household"
    return tuple(
        SeenClaim(
            bytes.fromhex(each["claimant"]), microseconds_of(each["received_at"]), bytes.fromhex(each["submission"])
        )
        for each in conflict["claims"]
        if each["counted"] or not forms
    )
