"""A partner, what it may do, and how its keys come and go. Pure: the time is given."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from hmac import compare_digest
from typing import Final, Literal, get_args

from shared.contracts.identity import KEY_BYTES
from shared.runtime.partners.keys import KeyText

Scope = Literal["submit", "roster", "read", "operate", "draft"]
"""submit: send forms. roster: say who works for its agencies. read: see conflicts and refusals. operate: decide them.
draft: keep families' drafts."""
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class PartnerError(Exception):
    """A partner cannot be made or changed like this; the message says why."""


@dataclass(frozen=True, slots=True)
class PartnerKey:
    """`ends_at`: not valid from then on. `used_at`: known to the minute."""

    id: str
    hashed: str = field(repr=False)
    made_at: datetime
    ends_at: datetime | None = None
    used_at: datetime | None = None

    def valid(self, now: datetime) -> bool:
        return self.ends_at is None or now < self.ends_at

    def proven_by(self, key: KeyText) -> bool:
        return compare_digest(self.hashed, key.hashed())


@dataclass(frozen=True, slots=True)
class Partner:
    """
    `id` is its name in logs and never changes: forms that it sent are found by it. `agencies`: codes whose rosters it
    may write. `revision` grows with every change.
    """

    id: str
    name: str
    scopes: frozenset[Scope]
    agencies: frozenset[str]
    made_at: datetime
    keys: tuple[PartnerKey, ...] = ()
    revoked_at: datetime | None = None
    revision: int = 0

    @property
    def sender(self) -> bytes:
        """What the head of its records says."""
        return partner_sender(self.id)

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes

    def may_enrol(self, agency: str) -> bool:
        return self.may("roster") and agency in self.agencies

    def valid_keys(self, now: datetime) -> tuple[PartnerKey, ...]:
        return () if self.revoked_at is not None else tuple(key for key in self.keys if key.valid(now))

    def rotated(self, key: KeyText, now: datetime, older_end: datetime) -> "Partner":
        """With a new key; those that are valid end at `older_end` at the latest. Raises PartnerError once revoked."""
        if self.revoked_at is not None:
            raise PartnerError(f"partner {self.id} is revoked; add another one")
        older = tuple(
            replace(each, ends_at=older_end) if each.valid(now) and (each.ends_at or older_end) >= older_end else each
            for each in self.keys
        )
        fresh = PartnerKey(key.id, key.hashed(), now)
        return replace(self, keys=(*older, fresh), revision=self.revision + 1)

    def revoked(self, now: datetime) -> "Partner":
        """For good: no key of it is valid any more, and none can be made. What it sent stays sent."""
        return replace(self, revoked_at=self.revoked_at or now, revision=self.revision + 1)

    def without_key(self, key_id: str, now: datetime) -> "Partner":
        """Raises PartnerError where it has no such key."""
        if all(key.id != key_id for key in self.keys):
            raise PartnerError(f"partner {self.id} has no key {key_id}; see: cacah partners list")
        keys = tuple(replace(key, ends_at=now) if key.id == key_id and key.valid(now) else key for key in self.keys)
        return replace(self, keys=keys, revision=self.revision + 1)


def new_partner(
    partner: str, /, *, name: str, scopes: frozenset[Scope], agencies: frozenset[str], key: KeyText, now: datetime
) -> Partner:
    """Raises PartnerError."""
    if not _ID.fullmatch(partner):
        raise PartnerError("a partner's id has 1 to 40 small letters, digits and hyphens, and no hyphen at its ends")
    if not scopes:
        raise PartnerError("a partner needs a scope: " + ", ".join(SCOPES))
    if agencies and "roster" not in scopes:
        raise PartnerError("agencies are for partners with the scope roster")
    if "roster" in scopes and not agencies:
        raise PartnerError("the scope roster needs the codes of the agencies that it is for")
    return Partner(partner, name, scopes, agencies, now, (PartnerKey(key.id, key.hashed(), now),))


def partner_sender(partner: str) -> bytes:
    return hashlib.sha256(b"partner:" + partner.encode()).digest()[:KEY_BYTES]
