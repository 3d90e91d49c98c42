"""What is posted, and how its mistakes are told."""

from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta
from starlette.requests import Request

from services.intake.bodies import read_form
from services.intake.problems import Fault, Refused
from shared.contracts.submission import Correction
from shared.domain.memberships import Staff
from shared.domain.rulings import Reason

Body = TypeVar("Body", bound=msgspec.Struct)

STAFF: dict[str, Staff] = {"asn": Staff.ASN, "non_asn": Staff.NON_ASN}


class RosterLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person of a roster. `remove`: is no longer there; then the kind does not matter."""

    nik: str
    kind: Literal["asn", "non_asn"] = "asn"
    remove: bool = False

    @property
    def staff(self) -> Staff:
        return Staff.LEFT if self.remove else STAFF[self.kind]


class DecisionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`claims_version`: as shown with the conflict; it says which claims the decision is about."""

    action: Literal["count", "dismiss", "withdraw"]
    reason: Reason
    claims_version: str | None = None
    claimant: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")] | None = None


class WithdrawalBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A family takes back its form as it stands: the withdrawal comes after everything that was received before it,
    whatever its `revision`. Forms that are sent later with a lower one than that, or than any before it, stay under it."""

    correction: Correction
    card: Annotated[str, Meta(max_length=40)] | None = None
    code: Annotated[str, Meta(min_length=8, max_length=40)] | None = None
    revision: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0


async def read_body(request: Request, kind: type[Body]) -> Body:
    """Raises Refused: `media-type`, `too-large`, `not-json` or `shape`; Disconnected."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in {"", "application/json"}:
        raise Refused("media-type")
    try:
        return msgspec.json.decode(await read_form(request.scope, request.receive), type=kind)
    except msgspec.ValidationError as problem:
        # The decoder's message may quote what was sent; the pointer does not.
        raise Refused("shape", [Fault("shape-value", pointer_in(str(problem)))]) from None
    except (ValueError, RecursionError):
        raise Refused("not-json") from None


def pointer_in(message: str) -> str:
    """`Expected ... - at `$.a.b`` as a JSON pointer; the whole document where it names no place."""
    path = message.partition(" - at `$")[2].rstrip("`")
    return path.replace(".", "/") if path.startswith(".") else ""
