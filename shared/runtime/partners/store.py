"""Where partners are kept, and a store in memory."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from shared.runtime.partners.model import Partner, PartnerError


class StoreUnreachable(Exception):
    """The store did not answer."""


class PartnerStore(Protocol):
    """Every method raises StoreUnreachable. Times are kept to the second."""

    async def all(self) -> list[Partner]:
        """By id."""
        ...

    async def add(self, partner: Partner) -> None:
        """Raises PartnerError where one with this id, or with a key of this id, is there."""
        ...

    async def change(self, partner: Partner) -> None:
        """Replace the partner's revision before this one. Raises PartnerError where there is another or none."""
        ...

    async def mark_used(self, keys: Mapping[str, datetime]) -> None:
        """Note when keys were last used, by id; never earlier than noted already. An unknown id is nothing."""
        ...


class MemoryPartners:
    """`away`: say StoreUnreachable until it is set back."""

    def __init__(self, *partners: Partner) -> None:
        self._partners: dict[str, Partner] = {}
        self.put(*partners)
        self.away = False
        self.looks = 0

    def put(self, *partners: Partner) -> None:
        """As they are, whatever was there."""
        self._partners |= {partner.id: partner for partner in partners}

    async def all(self) -> list[Partner]:
        self.looks += 1
        self._reach()
        return sorted(self._partners.values(), key=lambda partner: partner.id)

    async def add(self, partner: Partner) -> None:
        self._reach()
        taken = {key.id for each in self._partners.values() for key in each.keys}
        if partner.id in self._partners or taken & {key.id for key in partner.keys}:
            raise PartnerError(f"there is a partner {partner.id} already; see: cacah partners list")
        self._partners[partner.id] = partner

    async def change(self, partner: Partner) -> None:
        self._reach()
        known = self._partners.get(partner.id)
        if known is None or known.revision != partner.revision - 1:
            raise PartnerError(f"partner {partner.id} was changed by somebody else; try again")
        used = {key.id: key.used_at for key in known.keys}
        keys = tuple(replace(key, used_at=used.get(key.id, key.used_at)) for key in partner.keys)
        self._partners[partner.id] = replace(partner, keys=keys)

    async def mark_used(self, keys: Mapping[str, datetime]) -> None:
        self._reach()
        for partner in list(self._partners.values()):
            marked = tuple(
                replace(key, used_at=max(keys[key.id], key.used_at or keys[key.id])) if key.id in keys else key
                for key in partner.keys
            )
            self._partners[partner.id] = replace(partner, keys=marked)

    def _reach(self) -> None:
        if self.away:
            raise StoreUnreachable
