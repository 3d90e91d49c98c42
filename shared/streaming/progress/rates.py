"""From two looks to what happened between them."""

import msgspec

from shared.streaming.progress.model import Stage, Status


def with_rates(before: Status, after: Status, seconds: float) -> Status:
    """`after`, with the rates since `before`, which was `seconds` earlier."""
    return msgspec.structs.replace(
        after,
        people_rate=round((after.people - before.people) / seconds, 1),
        stages=tuple(_moved(old, new, seconds) for old, new in zip(before.stages, after.stages, strict=True)),
    )


def _moved(before: Stage, after: Stage, seconds: float) -> Stage:
    done = sum(after.positions) - sum(before.positions)
    return msgspec.structs.replace(after, rate=round(done / seconds, 1))
