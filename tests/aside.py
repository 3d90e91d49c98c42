"""A record that was set aside, in an intake in memory."""

from datetime import datetime
from typing import Final, cast

from services.intake.operator.quarantine import MemoryAside
from shared.contracts.topics import SUBMISSIONS
from shared.ledger.ports import Log, Look
from tests.unit.intake_kit import Intake

ITEM: Final = f"{SUBMISSIONS}|1|42"


class OneRecord:
    """A log with the same bytes wherever one looks."""

    async def look(self, partition: int, offset: int) -> Look:
        return Look(0, offset + 1, b"garbage")


def put_aside(intake: Intake) -> MemoryAside:
    quarantine = intake.wiring.quarantine
    quarantine._log = cast("Log", OneRecord())
    assert isinstance(quarantine.aside, MemoryAside)
    quarantine.aside.documents[ITEM] = {
        "_id": ITEM,
        "topic": SUBMISSIONS,
        "partition": 1,
        "offset": 42,
        "reason": "not-a-record",
        "first_seen": datetime(2026, 11, 1, 3, 4, 5),  # noqa: DTZ001  # as MongoDB gives it
    }
    return quarantine.aside
