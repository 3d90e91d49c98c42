"""Whose key it is: what an agency sees of itself, it sees by a key that `cacah partners` made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.runtime.partners import Partner, PartnerStore, read_key


class KeyRefused(Exception):
    """`code`: of the problem to answer with."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Holder:
    """`agencies`: that it may see from inside; None stands for all of them."""

    name: str
    agencies: frozenset[str] | None

    def may_see(self, agency: str) -> bool:
        return self.agencies is None or agency in self.agencies


class Access:
    """`now`: the time, UTC."""

    def __init__(self, partners: PartnerStore, *, now: Callable[[], datetime]) -> None:
        self._partners = partners
        self._now = now

    async def holder(self, text: str) -> Holder:
        """Raises KeyRefused, and the store's StoreUnreachable."""
        if not text.strip():
            raise KeyRefused("key-missing")
        key = read_key(text)
        for partner in () if key is None else await self._partners.all():
            for known in partner.valid_keys(self._now()):
                if key is not None and known.id == key.id and known.proven_by(key):
                    return _holder_of(partner)
        # One answer for what is wrong, ended or revoked.
        raise KeyRefused("key-unknown")


def _holder_of(partner: Partner) -> Holder:
    """Scope `read` sees every agency; scope `roster`, those whose lists it keeps. Raises KeyRefused."""
    if partner.may("read"):
        return Holder(partner.name, None)
    if partner.may("roster"):
        return Holder(partner.name, partner.agencies)
    raise KeyRefused("scope-missing")
