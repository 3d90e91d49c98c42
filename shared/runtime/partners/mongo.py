"""Partners in MongoDB: one document each, `_id` = the partner's id."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient, ReadPreference, UpdateOne
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.runtime.partners.model import Partner, PartnerError, PartnerKey
from shared.runtime.partners.store import StoreUnreachable

Document = dict[str, Any]

COLLECTION = "partners"


class MongoPartners:
    """Partners are no generation's: a rebuild leaves them as they are."""

    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        options: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=UTC)
        self._partners = client[database].get_collection(
            COLLECTION,
            codec_options=options,
            write_concern=WriteConcern("majority", j=True),
            read_concern=ReadConcern("majority"),
            read_preference=ReadPreference.PRIMARY,
        )

    async def all(self) -> list[Partner]:
        try:
            return [_partner_of(document) async for document in self._partners.find({}, sort=[("_id", 1)])]
        except PyMongoError as problem:
            raise StoreUnreachable(f"MongoDB cannot be used ({type(problem).__name__})") from problem

    async def add(self, partner: Partner) -> None:
        try:
            await self._partners.create_index("keys.id", unique=True)
            await self._partners.insert_one(_document_of(partner))
        except DuplicateKeyError:
            raise PartnerError(f"there is a partner {partner.id} already; see: cacah partners list") from None
        except PyMongoError as problem:
            raise StoreUnreachable(f"MongoDB cannot be used ({type(problem).__name__})") from problem

    async def change(self, partner: Partner) -> None:
        before = {"_id": partner.id, "revision": partner.revision - 1}
        # When a key was used is noted by others meanwhile: only what this change is about is replaced.
        document = _document_of(partner)
        used = {"$filter": {"input": "$keys", "as": "old", "cond": {"$eq": ["$$old.id", "$$new.id"]}}}
        known = {"$ifNull": [{"$first": {"$map": {"input": used, "in": "$$this.used_at"}}}, None]}
        keys = {
            "$map": {
                "input": {"$literal": document.pop("keys")},
                "as": "new",
                "in": {"$mergeObjects": ["$$new", {"used_at": known}]},
            }
        }
        document.pop("_id")
        literal = {name: {"$literal": value} for name, value in document.items()}
        try:
            changed = await self._partners.update_one(before, [{"$set": {**literal, "keys": keys}}])
        except PyMongoError as problem:
            raise StoreUnreachable(f"MongoDB cannot be used ({type(problem).__name__})") from problem
        if not changed.matched_count:
            raise PartnerError(f"partner {partner.id} was changed by somebody else; try again")

    async def mark_used(self, keys: Mapping[str, datetime]) -> None:
        if not keys:
            return
        marks = [UpdateOne({"keys.id": key}, {"$max": {"keys.$.used_at": moment}}) for key, moment in keys.items()]
        try:
            await self._partners.bulk_write(marks, ordered=False)
        except PyMongoError as problem:
            raise StoreUnreachable(f"MongoDB cannot be used ({type(problem).__name__})") from problem


def _document_of(partner: Partner) -> Document:
    return {
        "_id": partner.id,
        "name": partner.name,
        "scopes": sorted(partner.scopes),
        "agencies": sorted(partner.agencies),
        "made_at": partner.made_at,
        "revoked_at": partner.revoked_at,
        "revision": partner.revision,
        "keys": [
            {
                "id": key.id,
                "hashed": key.hashed,
                "made_at": key.made_at,
                "ends_at": key.ends_at,
                "used_at": key.used_at,
            }
            for key in partner.keys
        ],
    }


def _partner_of(document: Document) -> Partner:
    return Partner(
        id=document["_id"],
        name=document["name"],
        scopes=frozenset(document["scopes"]),
        agencies=frozenset(document["agencies"]),
        made_at=document["made_at"],
        revoked_at=document["revoked_at"],
        revision=document["revision"],
        keys=tuple(PartnerKey(**key) for key in document["keys"]),
    )
