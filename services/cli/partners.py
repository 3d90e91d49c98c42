"""`cacah partners`: made, shown, changed and ended in MongoDB, where intake sees it within seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pymongo import AsyncMongoClient
from rich.table import Table

from services.cli.console import output, print_json
from services.cli.errors import ExitCode, Failure
from services.cli.reach import reach_mongo
from shared.runtime.partners import SCOPES, Partner, PartnerError, PartnerKey, PartnerStore, make_key, new_partner
from shared.runtime.partners.mongo import MongoPartners
from shared.runtime.settings import Settings

Answer = TypeVar("Answer")
Json = dict[str, Any]


def run_add(
    settings: Settings, partner: str, *, name: str, scopes: Sequence[str], agencies: Sequence[str], as_json: bool
) -> None:
    """Raises Failure."""
    known = frozenset(scope for scope in SCOPES if scope in scopes)
    for scope in scopes:
        if scope not in SCOPES:
            raise Failure(f"there is no scope {scope!r}", fix="one of " + ", ".join(SCOPES), code=ExitCode.USAGE)
    key = make_key()
    try:
        made = new_partner(partner, name=name, scopes=known, agencies=frozenset(agencies), key=key, now=_now())
    except PartnerError as problem:
        raise Failure(str(problem), fix="cacah partners add --help", code=ExitCode.USAGE) from None
    _with_store(settings, lambda store: store.add(made))
    _show_key(made, str(key), as_json=as_json)


def run_list(settings: Settings, *, as_json: bool) -> None:
    partners = _with_store(settings, lambda store: store.all())
    if as_json:
        print_json([_json_of(partner) for partner in partners])
        return
    table = Table("Partner", "Name", "Scopes", "Agencies", "Key", "Made", "Last used", "Ends")
    for partner in partners:
        head = (partner.id, partner.name, " ".join(sorted(partner.scopes)), " ".join(sorted(partner.agencies)))
        for place, key in enumerate(partner.keys):
            times = (_text(key.made_at), _text(key.used_at) or "never", _text(_end(partner, key)))
            table.add_row(*(head if place == 0 else ("",) * len(head)), key.id, *times)
    output().print(table)


def run_rotate(settings: Settings, partner: str, *, grace_hours: float, as_json: bool) -> None:
    key, now = make_key(), _now()

    async def rotate(store: PartnerStore) -> Partner:
        rotated = (await _find(store, partner)).rotated(key, now, now + timedelta(hours=grace_hours))
        await store.change(rotated)
        return rotated

    _show_key(_with_store(settings, rotate), str(key), as_json=as_json)


def run_revoke(settings: Settings, partner: str, *, key_id: str, as_json: bool) -> None:
    async def revoke(store: PartnerStore) -> Partner:
        found = await _find(store, partner)
        ended = found.without_key(key_id, _now()) if key_id else found.revoked(_now())
        await store.change(ended)
        return ended

    ended = _with_store(settings, revoke)
    if as_json:
        print_json(_json_of(ended))
        return
    output().print(f"{partner}: " + (f"key {key_id} ended" if key_id else "revoked; no key of it is valid any more"))


async def _find(store: PartnerStore, partner: str) -> Partner:
    for each in await store.all():
        if each.id == partner:
            return each
    raise PartnerError(f"there is no partner {partner}; see: cacah partners list")


def _with_store(settings: Settings, use: Callable[[PartnerStore], Awaitable[Answer]]) -> Answer:
    reach_mongo(settings)

    async def run() -> Answer:
        async with AsyncMongoClient[dict[str, Any]](settings.mongo, appname="cacah-partners") as client:
            return await use(MongoPartners(client, settings.database))

    return asyncio.run(run())


def _show_key(partner: Partner, key: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_json_of(partner) | {"key": key})
        return
    console = output()
    console.print(f"{partner.id}: its key, shown this once:", markup=False)
    console.print(key, soft_wrap=True, markup=False)


def _json_of(partner: Partner) -> Json:
    return {
        "id": partner.id,
        "name": partner.name,
        "scopes": sorted(partner.scopes),
        "agencies": sorted(partner.agencies),
        "made_at": _text(partner.made_at),
        "revoked_at": _text(partner.revoked_at) or None,
        "keys": [
            {
                "id": key.id,
                "made_at": _text(key.made_at),
                "used_at": _text(key.used_at) or None,
                "ends_at": _text(_end(partner, key)) or None,
            }
            for key in partner.keys
        ],
    }


def _end(partner: Partner, key: PartnerKey) -> datetime | None:
    ends = [end for end in (partner.revoked_at, key.ends_at) if end is not None]
    return min(ends, default=None)


def _text(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
