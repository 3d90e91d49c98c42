"""A household's state as bytes. Most households have one lineage with one version: some 40 bytes a person.

lineages (1), then per lineage: id (16), claimant (16), versions (2), then per version: revision (4),
received at (8), submission (16), content (16), members (1), then 16 bytes per member; then the ruling on the
lineages, if there is one
"""

import struct

from shared.contracts.person_orders import pack_ruling, unpack_ruling
from shared.domain.households import Household, Lineage, Version

CONTENT_BYTES = 16
"""Of the content hash's 32: enough to tell two contents of one submission id apart."""

_LINEAGE = struct.Struct(">16s16sH")
_VERSION = struct.Struct(">Iq16s16sB")
_FIRST = struct.Struct(">B16s16sHIq16s16sB")
_KEY = 16


def pack_household(household: Household) -> bytes:
    parts = [bytes((len(household.lineages),))]
    for lineage in household.lineages:
        parts.append(_LINEAGE.pack(lineage.id, lineage.claimant, len(lineage.versions)))
        for version in lineage.versions:
            parts.append(
                _VERSION.pack(
                    version.revision,
                    version.received_at,
                    version.submission,
                    version.content,
                    len(version.members),
                )
            )
            parts.extend(version.members)
    if household.ruling is not None:
        parts.append(pack_ruling(household.ruling))
    return b"".join(parts)


def pack_first(lineage: Lineage, version: Version) -> bytes:
    """The state of a household of which `version` is the only form: as `pack_household` packs it, in one go."""
    return _FIRST.pack(
        1,
        lineage.id,
        lineage.claimant,
        1,
        version.revision,
        version.received_at,
        version.submission,
        version.content,
        len(version.members),
    ) + b"".join(version.members)


def unpack_household(packed: bytes) -> Household:
    if not packed:
        return Household()
    at = 1
    lineages: list[Lineage] = []
    for _ in range(packed[0]):
        lineage_id, claimant, count = _LINEAGE.unpack_from(packed, at)
        at += _LINEAGE.size
        versions: list[Version] = []
        for _ in range(count):
            revision, received_at, submission, content, n_members = _VERSION.unpack_from(packed, at)
            at += _VERSION.size
            end = at + n_members * _KEY
            members = tuple(packed[start : start + _KEY] for start in range(at, end, _KEY))
            versions.append(Version(revision, received_at, submission, content, members))
            at = end
        lineages.append(Lineage(lineage_id, claimant, tuple(versions)))
    return Household(tuple(lineages), unpack_ruling(packed[at:]) if at < len(packed) else None)
