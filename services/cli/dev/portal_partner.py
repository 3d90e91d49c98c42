"""The portal as a partner of intake: under its key it keeps families' drafts, and may do nothing else."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

from pymongo import AsyncMongoClient

from shared.runtime.keys import portal_partner_file
from shared.runtime.partners import KeyText, PartnerStore, make_key, new_partner, read_key
from shared.runtime.partners.mongo import MongoPartners
from shared.runtime.secret_files import KeysError, create_once
from shared.runtime.settings import Settings

PORTAL: Final = "portal"


def admit_portal(settings: Settings) -> None:
    """Makes key and partner where they are missing. Raises KeysError, StoreUnreachable or PartnerError."""
    file = portal_partner_file(settings.keys)
    create_once(file, f"{make_key()}\n")
    key = read_key(file.read_text(encoding="ascii").strip())
    if key is None:
        raise KeysError(f"{file} does not hold a partner's key; remove it and start again")
    asyncio.run(_with_store(settings, key))


async def admit(store: PartnerStore, key: KeyText, now: datetime) -> None:
    """A portal that somebody revoked stays revoked: its families are told that nothing can be saved."""
    found = next((each for each in await store.all() if each.id == PORTAL), None)
    if found is None:
        await store.add(
            new_partner(PORTAL, name="Portal", scopes=frozenset({"draft"}), agencies=frozenset(), key=key, now=now)
        )
    elif found.revoked_at is None and not any(each.proven_by(key) for each in found.valid_keys(now)):
        await store.change(found.rotated(key, now, now))


async def _with_store(settings: Settings, key: KeyText) -> None:
    async with AsyncMongoClient[dict[str, Any]](settings.mongo, appname="cacah-dev") as client:
        await admit(MongoPartners(client, settings.database), key, datetime.now(UTC).replace(microsecond=0))
