"""How content is packed before it is sealed: what is sealed does not compress any more, and the log is kept for good."""

from pathlib import Path
from typing import Final

import zstandard

FORMS: Final = 40_001
"""Id of the dictionary that new forms are packed with. Those of earlier ones stay in `_KNOWN`: the log names them."""
MAX_CONTENT_BYTES: Final = 4 << 20
_KNOWN: Final = (FORMS,)
_LEVEL: Final = 3


class PackingError(Exception):
    """Packed content that cannot be unpacked. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Packer:
    """zstd with a dictionary of forms. Not for several threads at once."""

    def __init__(self) -> None:
        dictionaries = {each: zstandard.ZstdCompressionDict(dictionary_file(each).read_bytes()) for each in _KNOWN}
        # The frame names its dictionary and its length; the seal around it makes a checksum needless.
        self._compressor = zstandard.ZstdCompressor(_LEVEL, dict_data=dictionaries[FORMS], write_checksum=False)
        self._decompressors = {
            each: zstandard.ZstdDecompressor(dict_data=dictionary) for each, dictionary in dictionaries.items()
        }

    def pack(self, content: bytes) -> bytes:
        return self._compressor.compress(content)

    def unpack(self, packed: bytes) -> bytes:
        """Raises PackingError `packing-broken` or `unknown-dictionary`."""
        try:
            frame = zstandard.get_frame_parameters(packed)
            if frame.content_size > MAX_CONTENT_BYTES:
                # Also a frame that does not say how long it is.
                raise PackingError("packing-broken", f"content above {MAX_CONTENT_BYTES} bytes")
            decompressor = self._decompressors.get(frame.dict_id)
            if decompressor is None:
                raise PackingError("unknown-dictionary", f"dictionary {frame.dict_id} is not known to this reader")
            return decompressor.decompress(packed)
        except zstandard.ZstdError:
            raise PackingError("packing-broken", "the content cannot be unpacked") from None


def dictionary_file(dictionary: int) -> Path:
    return Path(__file__).parent / "dictionaries" / f"forms-{dictionary}.zdict"
