"""What was accepted lately, so that a repeat is answered as the first time and other answers under its id are refused.

Nothing hangs on it: what is forgotten, or was accepted by another process, is appended again, and the fold drops it.
"""

import asyncio
import struct
from typing import Final

from msgspec import structs

from services.intake.ports import Position
from services.intake.problems import Refused
from shared.contracts.envelope import Head

MOST: Final = 100_000
"""Forms that are remembered at least; twice as many at most."""
_CONTENT_BYTES: Final = 16
# Content, received at, partition, offset: as bytes, which neither grow nor make work for the garbage collector.
_LANDED: Final = struct.Struct(">16sqHQ")


class Sent:
    """A form on its way, or there already. `replayed`: another request sent it first."""

    __slots__ = ("durable", "head", "key", "replayed")

    def __init__(self, head: Head, durable: asyncio.Future[Position], *, replayed: bool = False) -> None:
        self.head = head
        self.key = key_of(head)
        self.durable = durable
        self.replayed = replayed


class Repeats:
    """A submission's identity is its household, lineage and id. `most`: see `MOST`."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._young: dict[bytes, Sent | bytes] = {}
        self._old: dict[bytes, Sent | bytes] = {}

    def find(self, head: Head) -> Sent | None:
        """The same form, sent before. Raises Refused `id-reused` where it was another one."""
        key = key_of(head)
        known = self._young.get(key) or self._old.get(key)
        if known is None:
            return None
        if isinstance(known, bytes):
            content, received_at, partition, offset = _LANDED.unpack(known)
            durable: asyncio.Future[Position] = asyncio.get_running_loop().create_future()
            durable.set_result(Position(partition, offset))
        else:
            content, received_at = known.head.content_hash[:_CONTENT_BYTES], known.head.received_at
            durable = known.durable
        if content != head.content_hash[:_CONTENT_BYTES]:
            raise Refused("id-reused")
        return Sent(structs.replace(head, received_at=received_at), durable, replayed=True)

    def sent(self, sent: Sent) -> None:
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[sent.key] = sent

    def landed(self, sent: Sent, at: Position) -> None:
        head, key = sent.head, sent.key
        packed = _LANDED.pack(head.content_hash[:_CONTENT_BYTES], head.received_at, at.partition, at.offset)
        if key in self._young:
            self._young[key] = packed
        elif key in self._old:
            self._old[key] = packed

    def lost(self, sent: Sent) -> None:
        """Its outcome is not known: it is to be sent again."""
        self._young.pop(sent.key, None)
        self._old.pop(sent.key, None)


def key_of(head: Head) -> bytes:
    return head.subject + head.lineage + head.id
