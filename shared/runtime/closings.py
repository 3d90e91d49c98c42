"""How a census ended, in MongoDB; of no generation, and in every backup.

{_id: final, closed_at, positions, packed}    the signed totals, exact; once they are there, intake takes nothing more
{_id: public, packed}                         what the public release shows from then on, as the dashboard wrote it
{_id: figures, packed}                        the same, signed

Packed is JSON in zstd: the totals of a nation are larger than a document of MongoDB may be. What many ask for is beside
it: when it was (`closed_at`), and up to where the log is in it (`positions`).
"""

from typing import Final

import zstandard

CLOSINGS: Final = "closings"
TOTALS: Final = "final"
PUBLIC: Final = "public"
FIGURES: Final = "figures"
_MOST_BYTES: Final = 1 << 30


def pack(document: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=9).compress(document)


def unpack(packed: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(packed, max_output_size=_MOST_BYTES)
