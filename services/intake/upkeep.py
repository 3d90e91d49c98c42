"""What intake sees to beside its requests: that tomorrow's key is there today, that the inner stages can seal what they
set aside, and that its numbers are current."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from services.intake.metrics import Metrics
from services.intake.operator.quarantine import Aside
from services.intake.ports import Publisher
from services.intake.problems import Refused
from shared.domain.census import received_on
from shared.runtime.data_keys import DataKeys
from shared.runtime.keys import KeysError

logger = logging.getLogger(__name__)

_EVERY_SECONDS: Final = 600.0
_NOTE_SECONDS: Final = 1.0
_TELL_SECONDS: Final = 5.0


async def tell_aside_key(aside: Aside, public: bytes) -> None:
    """Until it is told: those who need it are not asked to wait for a database."""
    while True:
        try:
            await aside.tell(public)
        except Refused:
            logger.warning("the inner stages cannot be told their key: MongoDB does not answer")
            await asyncio.sleep(_TELL_SECONDS)
        else:
            return


async def note_metrics(metrics: Metrics, publisher: Publisher) -> None:
    """For as long as it is not cancelled: whoever of the workers is asked tells of all."""
    while True:
        metrics.note(publisher)
        await asyncio.sleep(_NOTE_SECONDS)


async def make_keys_ahead(keys: DataKeys, now: Callable[[], int]) -> None:
    """For as long as it is not cancelled. What hinders a key is then in the logs a day before it would stop anything.

    Args:
        now: microseconds since 1970-01-01 UTC.
    """
    while True:
        tomorrow = received_on(now()) + timedelta(days=1)
        try:
            await asyncio.to_thread(keys.make_ahead, tomorrow)
        except KeysError as problem:
            logger.error("from tomorrow on nothing can be sealed: %s", problem)  # noqa: TRY400  # one clear line
        await asyncio.sleep(_EVERY_SECONDS)
