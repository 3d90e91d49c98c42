"""Rosters and rulings on the submission log: what their sealed payloads hold. Persons are keyed hashes already."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from shared.contracts.identity import KEY_BYTES
from shared.domain.claims import Added
from shared.domain.memberships import Staff
from shared.domain.rulings import Reason

AGENCY_BYTES = 32
MAX_ROSTER = 2_000
"""Members in one record: what a record makes must fit in one block. A longer roster is several records."""

AgencyCode = Annotated[str, Meta(pattern=rf"^[A-Za-z0-9][A-Za-z0-9.-]{{1,{AGENCY_BYTES - 1}}}$")]
OperatorName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
Key = Annotated[bytes, Meta(min_length=KEY_BYTES, max_length=KEY_BYTES)]


class RosterEntry(msgspec.Struct, frozen=True, array_like=True):
    """`staff` 0: is no longer there."""

    person: Key
    staff: Staff


class Roster(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some people's places on an agency's roster; whoever is not named stays as they are."""

    agency: AgencyCode
    entries: Annotated[tuple[RosterEntry, ...], Meta(max_length=MAX_ROSTER)]


class SeenClaim(msgspec.Struct, frozen=True, array_like=True):
    claimant: Key
    received_at: int
    submission: Key

    @property
    def added(self) -> Added:
        return Added(self.received_at, self.submission)


class RulingOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An operator's decision on what several households claim. `person`: the key of what it is `of`. `claimant` where
    the action is `count`; `leave`: the households that the person headed and left need no review. A household's forms
    can only be dismissed: that several are in force is right."""

    person: Key
    action: Literal["count", "dismiss", "leave"]
    seen: tuple[SeenClaim, ...]
    by: OperatorName
    reason: Reason
    claimant: Key | None = None
    of: Literal["person", "household"] = "person"


_encoder = msgspec.json.Encoder(order="deterministic")
_roster = msgspec.json.Decoder(Roster)
_ruling = msgspec.json.Decoder(RulingOrder)


def encode_order(order: Roster | RulingOrder) -> bytes:
    return _encoder.encode(order)


def decode_roster(content: bytes) -> Roster:
    """Raises msgspec.MsgspecError."""
    return _roster.decode(content)


def decode_ruling(content: bytes) -> RulingOrder:
    """Raises msgspec.MsgspecError; also where the action and the claimant do not go together."""
    order = _ruling.decode(content)
    if (order.action == "count") != (order.claimant in {seen.claimant for seen in order.seen}):
        raise msgspec.ValidationError("a count names one of the claims that were seen, a dismissal none")
    if order.of == "household" and order.action != "dismiss":
        raise msgspec.ValidationError("a household's forms can only be dismissed from review")
    return order
