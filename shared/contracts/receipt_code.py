"""The short form of a receipt, for people: `CCH-XXXX-XXXX-XXXX-XXXX-X`, which its holder shows to ask for the status.

Eighty bits: the partition (10) and the offset (32) of the record, and 38 of a keyed hash over both, the topic and the
submission's id. Position and id may be known to many, as a receipt shows the first; the code can be made only with the
secret. Nothing is stored, and a code is checked without looking anything up. The position is masked with a second hash
so that codes do not look alike.
"""

import hmac
from dataclasses import dataclass

from shared.contracts import codes
from shared.contracts.identity import keyed_hash

PREFIX = "CCH-"
MAX_PARTITIONS = 1 << 10
MAX_OFFSET = (1 << 32) - 1
"""Four thousand million records in one partition of the log."""

_BYTES = 10
_OFFSET_BITS = 32
_POSITION_BITS = 42
_TAG_BITS = 38
_TAG_BYTES = 5


@dataclass(frozen=True, slots=True)
class CodedPosition:
    partition: int
    offset: int


class ReceiptCodes:
    """
    Args:
        secret: the service's; whoever has it can make codes.
        topic_id: sixteen bytes; codes of one topic are worth nothing for another.
    """

    def __init__(self, secret: bytes, topic_id: bytes) -> None:
        self._secret = secret
        self._topic_id = topic_id

    def encode(self, partition: int, offset: int, submission: bytes) -> str:
        """`submission`: the sixteen bytes of its id. Raises OverflowError where the position is out of range."""
        if not (0 <= partition < MAX_PARTITIONS and 0 <= offset <= MAX_OFFSET):
            raise OverflowError("a position that no receipt code can hold")
        position = partition << _OFFSET_BITS | offset
        tag = self._tag(position, submission)
        number = (position ^ self._mask(tag)) << _TAG_BITS | tag
        return PREFIX + codes.encode(number.to_bytes(_BYTES, "big"))

    def decode(self, code: str, submission: bytes) -> CodedPosition | None:
        """Where the submission is; None where this code is not of this submission. Raises CodeError if mistyped."""
        number = int.from_bytes(codes.decode(_without_prefix(code), _BYTES), "big")
        tag = number & ((1 << _TAG_BITS) - 1)
        position = (number >> _TAG_BITS) ^ self._mask(tag)
        if not hmac.compare_digest(_tag_bytes(tag), _tag_bytes(self._tag(position, submission))):
            return None
        return CodedPosition(position >> _OFFSET_BITS, position & MAX_OFFSET)

    def _tag(self, position: int, submission: bytes) -> int:
        told = b"".join((b"receipt-code:", self._topic_id, submission, position.to_bytes(6, "big")))
        return int.from_bytes(keyed_hash(self._secret, told)[:_TAG_BYTES], "big") >> (8 * _TAG_BYTES - _TAG_BITS)

    def _mask(self, tag: int) -> int:
        told = b"receipt-mask:" + self._topic_id + _tag_bytes(tag)
        return int.from_bytes(keyed_hash(self._secret, told)[:6], "big") >> (48 - _POSITION_BITS)


def _tag_bytes(tag: int) -> bytes:
    return tag.to_bytes(_TAG_BYTES, "big")


def _without_prefix(code: str) -> str:
    """`CCH` itself consists of symbols, so it is taken away only where it stands before a whole code."""
    plain = code.strip().replace("-", "").replace(" ", "")
    whole = len("CCH") + 17
    return plain[3:] if len(plain) == whole and plain[:3].upper() == "CCH" else plain
