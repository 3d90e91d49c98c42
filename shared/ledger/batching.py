"""Cutting the input into batches, and not making an entry of every sign of life."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from shared.ledger.inlet import Inlet, Taken
from shared.ledger.ports import Clock, Source


@dataclass(frozen=True, slots=True)
class Limits:
    """`records` and `bytes` bound a batch, `entry_bytes` and `block_bytes` what is made of it; `overlap` is how many
    batches may be between their fold and their publication; `idle` is how many seconds input without anything to
    count may wait for company; `quiet` is after how many seconds without input an entry without any may be made, where
    one is wanted."""

    records: int = 4000
    bytes: int = 2 << 20
    entry_bytes: int = 8 << 20
    block_bytes: int = 2_000_000
    overlap: int = 2
    idle: float = 0.1
    gather: float = 0.0
    quiet: float = 0.3
    patience: float = 5.0


def never() -> bool:
    return False


async def batches(
    source: Source, inlet: Inlet, clock: Clock, limits: Limits, unsettled: Callable[[], bool] = never
) -> AsyncIterator[list[Taken]]:
    """Batches of the input, for ever; an empty one where the input is quiet and something is `unsettled`."""
    held: list[Taken] = []
    deadline = 0.0
    while True:
        alone = limits.quiet if unsettled() else limits.patience
        records = await source.read(max(0.0, deadline - clock.monotonic()) if held else alone)
        if not records and not held and unsettled():
            yield []
            continue
        fresh = [taken async for taken in (inlet.take(records) if records or held else inlet.overdue())]
        now = clock.monotonic()
        deadline = _deadline(deadline if held else now + limits.idle, fresh, now, limits)
        held.extend(fresh)
        if held and (now >= deadline or sum(len(taken.value) for taken in held) >= limits.bytes):
            for batch in cut(held, limits):
                yield batch
            held = []


def _deadline(deadline: float, fresh: list[Taken], now: float, limits: Limits) -> float:
    """What holds something to count hastens the batch; nothing delays one."""
    counts = any(taken.input is not None for taken in fresh)
    return min(deadline, now + limits.gather) if counts else deadline


def cut(taken: list[Taken], limits: Limits) -> list[list[Taken]]:
    """Split at the limits. A single record over the limit is a batch of its own."""
    parts: list[list[Taken]] = [[]]
    size = 0
    for one in taken:
        length = len(one.value)
        if parts[-1] and (len(parts[-1]) >= limits.records or size + length > limits.bytes):
            parts.append([])
            size = 0
        parts[-1].append(one)
        size += length
    return parts
