"""Who may send and see more than a household: partners, their keys, and where both are kept."""

from shared.runtime.partners.keys import KeyText, make_key, read_key
from shared.runtime.partners.model import SCOPES, Partner, PartnerError, PartnerKey, Scope, new_partner, partner_sender
from shared.runtime.partners.store import MemoryPartners, PartnerStore, StoreUnreachable

__all__ = [
    "SCOPES",
    "KeyText",
    "MemoryPartners",
    "Partner",
    "PartnerError",
    "PartnerKey",
    "PartnerStore",
    "Scope",
    "StoreUnreachable",
    "make_key",
    "new_partner",
    "partner_sender",
    "read_key",
]
