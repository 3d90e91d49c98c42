"""Receipts for forms that are durable. All that became durable at once share one signature, and nobody waits for it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from services.intake.ports import Position, Publisher
from services.intake.problems import Json
from shared.contracts.envelope import Head
from shared.contracts.receipt import ReceiptSigner, Statement
from shared.contracts.receipt_code import ReceiptCodes
from shared.runtime.keys import KeyRing

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000

Durable = tuple[Head, Position]


class ReceiptDesk:
    def __init__(self, keys: KeyRing, publisher: Publisher) -> None:
        self._publisher = publisher
        self._codes = ReceiptCodes(keys.code, publisher.topic_id)
        self._signer = ReceiptSigner(keys.receipt[keys.signing])
        self._window: list[tuple[Durable, Callable[[Json], None]]] = []

    async def receipt(self, head: Head, position: Position) -> Json:
        """As `when_signed`, to be waited for."""
        ready: asyncio.Future[Json] = asyncio.get_running_loop().create_future()

        def give(receipt: Json) -> None:
            # Whoever asked may have hung up.
            if not ready.done():
                ready.set_result(receipt)

        self.when_signed(head, position, give)
        return await ready

    def when_signed(self, head: Head, position: Position, give: Callable[[Json], None]) -> None:
        """Sign together with whatever else asks in this turn of the loop: acknowledgements come in flushes.

        Args:
            give: called with the receipt; must not raise.
        """
        self._window.append(((head, position), give))
        if len(self._window) == 1:
            # After all that the same flush woke: they are in the loop's queue already.
            asyncio.get_running_loop().call_soon(self._sign)

    def receipts(self, durable: Sequence[Durable]) -> list[Json]:
        """In order."""
        topic_id = self._publisher.topic_id
        tokens = self._signer.sign(
            [Statement(topic_id, at.partition, at.offset, head.received_at, head.content_hash) for head, at in durable]
        )
        return [self._said(head, at, token) for (head, at), token in zip(durable, tokens, strict=True)]

    def _sign(self) -> None:
        window, self._window = self._window, []
        for (_, give), receipt in zip(window, self.receipts([durable for durable, _ in window]), strict=True):
            give(receipt)

    def _said(self, head: Head, position: Position, token: str) -> Json:
        return {
            "code": self._codes.encode(position.partition, position.offset, head.id),
            "token": token,
            "topic": self._publisher.topic,
            "partition": position.partition,
            "offset": position.offset,
            "received_at": utc_text(head.received_at),
            "content_hash": head.content_hash.hex(),
        }


def utc_text(microseconds: int) -> str:
    """RFC 3339 to the microsecond, so that the text is the very moment of the record."""
    second, rest = divmod(microseconds, _SECOND)
    return f"{_second_text(second)}.{rest:06d}Z"


@lru_cache(maxsize=64)
def _second_text(second: int) -> str:
    """Receipts of one moment share all but its microseconds."""
    return (_EPOCH + timedelta(seconds=second)).isoformat()[:19]
