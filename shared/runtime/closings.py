"""How a census ended, in MongoDB; of no generation, and in every backup.

{_id: final, closed_at, positions, packed}    the signed totals, exact; once they are there, intake takes nothing more
{_id: public, packed}                         what the public release shows from then on, as the dashboard wrote it
{_id: figures, packed}                        the same, signed

Packed is JSON in zstd: the totals of a nation are larger than a document of MongoDB may be. What many ask for is beside
it: when it was (`closed_at`), and up to where the log is in it (`positions`).
"""

from collections.abc import Sequence
from typing import Any, Final, Protocol

import zstandard
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

Document = dict[str, Any]

CLOSINGS: Final = "closings"
TOTALS: Final = "final"
PUBLIC: Final = "public"
FIGURES: Final = "figures"
_MOST_BYTES: Final = 1 << 30


def pack(document: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=9).compress(document)


def unpack(packed: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(packed, max_output_size=_MOST_BYTES)


class Closings(Protocol):
    """The documents, as whoever closes a census writes them. Each is kept once, for good."""

    def totals(self) -> bytes | None:
        """The signed totals; None while the census goes on."""
        ...

    def keep_totals(self, signed: bytes, *, closed_at: str, positions: Sequence[int]) -> bool:
        """Whether these are the ones that were kept."""
        ...

    def public(self) -> bytes | None:
        """What the dashboard shows for good; None until it has taken its last step."""
        ...

    def figures(self) -> bytes | None:
        """The same, signed."""
        ...

    def keep_figures(self, signed: bytes) -> bool:
        """As `keep_totals`."""
        ...


class MongoClosings:
    """Every method raises PyMongoError."""

    def __init__(self, database: Database[Document]) -> None:
        self._collection = database.get_collection(
            CLOSINGS, read_concern=ReadConcern("majority"), write_concern=WriteConcern("majority", j=True)
        )

    def totals(self) -> bytes | None:
        return self._kept(TOTALS)

    def keep_totals(self, signed: bytes, *, closed_at: str, positions: Sequence[int]) -> bool:
        return self._keep(TOTALS, signed, closed_at=closed_at, positions=list(positions))

    def public(self) -> bytes | None:
        return self._kept(PUBLIC)

    def figures(self) -> bytes | None:
        return self._kept(FIGURES)

    def keep_figures(self, signed: bytes) -> bool:
        return self._keep(FIGURES, signed)

    def _kept(self, name: str) -> bytes | None:
        found = self._collection.find_one({"_id": name})
        return None if found is None else unpack(found["packed"])

    def _keep(self, name: str, document: bytes, **fields: Any) -> bool:
        try:
            self._collection.insert_one({"_id": name, "packed": pack(document), **fields})
        except DuplicateKeyError:
            return False
        return True


class MemoryClosings:
    """`shown`: what a dashboard has kept."""

    def __init__(self) -> None:
        self.shown: bytes | None = None
        self._kept: dict[str, bytes] = {}

    def totals(self) -> bytes | None:
        return self._kept.get(TOTALS)

    def keep_totals(self, signed: bytes, *, closed_at: str, positions: Sequence[int]) -> bool:
        del closed_at, positions
        return self._keep(TOTALS, signed)

    def public(self) -> bytes | None:
        return self.shown

    def figures(self) -> bytes | None:
        return self._kept.get(FIGURES)

    def keep_figures(self, signed: bytes) -> bool:
        return self._keep(FIGURES, signed)

    def _keep(self, name: str, document: bytes) -> bool:
        return self._kept.setdefault(name, document) is document
