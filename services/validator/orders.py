"""Records of the log that are no forms: rosters and rulings on persons, rulings on cards, the calendar."""

from dataclasses import dataclass

import msgspec

from services.validator.refusals import Refused
from shared.contracts.calendar import (
    CALENDAR_ID,
    CALENDAR_SUBJECT,
    CALENDARS,
    decode_calendar,
    document_of,
    encode_document,
)
from shared.contracts.envelope import Head
from shared.contracts.identity import agency_key
from shared.contracts.orders import decode_roster, decode_ruling
from shared.domain.memberships import Enrolment, Membership
from shared.domain.rulings import Action, Ruled, Ruling, version_of
from shared.ledger.entry import Notice
from shared.ledger.fold import Input

_ACTIONS = {"count": Action.COUNT, "dismiss": Action.DISMISS, "leave": Action.LEAVE}
_NOBODY = bytes(16)


@dataclass(frozen=True, slots=True)
class Orders:
    enrolments: tuple[Enrolment, ...] = ()
    rulings: tuple[Ruled, ...] = ()
    """On persons."""
    on_household: Ruled | None = None
    notices: tuple[Notice, ...] = ()


def read_roster(source: Input, head: Head, content: bytes, identity: bytes) -> Orders | Refused:
    try:
        roster = decode_roster(content)
    except msgspec.MsgspecError:
        return Refused(source, "not-a-roster", head)
    if agency_key(identity, roster.agency) != head.subject:
        return Refused(source, "subject-mismatch", head)
    return Orders(
        enrolments=tuple(
            Enrolment(entry.person, Membership(roster.agency, entry.staff, head.received_at))
            for entry in roster.entries
        )
    )


def read_ruling(source: Input, head: Head, content: bytes) -> Orders | Refused:
    try:
        order = decode_ruling(content)
    except msgspec.MsgspecError:
        return Refused(source, "not-a-ruling", head)
    if order.person != head.subject:
        return Refused(source, "subject-mismatch", head)
    ruling = Ruling(
        action=_ACTIONS[order.action],
        claimant=order.claimant or _NOBODY,
        seen=version_of((seen.claimant, seen.added) for seen in order.seen),
        received_at=head.received_at,
        by=order.by,
        reason=order.reason,
    )
    ruled = Ruled(order.person, ruling)
    return Orders(on_household=ruled) if order.of == "household" else Orders(rulings=(ruled,))


def read_calendar(source: Input, head: Head, content: bytes) -> Orders | Refused:
    """It opens and closes the door of intake, and counts nothing."""
    try:
        order = decode_calendar(content)
    except msgspec.MsgspecError:
        return Refused(source, "not-a-calendar", head)
    if head.subject != CALENDAR_SUBJECT:
        return Refused(source, "subject-mismatch", head)
    document = encode_document(document_of(order, head.received_at))
    return Orders(notices=(Notice("", CALENDAR_ID, collection=CALENDARS, document=document),))
