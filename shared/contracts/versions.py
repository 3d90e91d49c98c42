"""Which version of a lineage is in force, as the validator writes it down for those who ask about another version."""

from typing import Final

import msgspec

LINEAGES: Final = "lineages"
"""The collection. A lineage of which the only version counts has no document; the `_id` is its claimant."""


class CurrentVersion(msgspec.Struct, frozen=True):
    """`submission`: the id of the version in force. `withdrawn`: nobody is in it."""

    submission: str
    revision: int
    received_at: str
    withdrawn: bool
    versions: int


encode_current = msgspec.json.Encoder().encode
