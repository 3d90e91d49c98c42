"""Before a key goes: what is counted with its opening balance must be what is counted with the key, cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from services.cli.audit.log import KafkaSubmissions
from services.cli.audit.recount import Recount
from shared.runtime.settings import Settings

Cells = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Counted:
    """One count of the log. `balanced`: records known from the balance."""

    regions: Cells
    days: Cells
    agencies: Cells
    conflicts: int
    balanced: int

    @property
    def cells(self) -> int:
        return sum(len(counters) for part in (self.regions, self.days, self.agencies) for counters in part.values())

    def same_as(self, other: "Counted") -> bool:
        return (self.regions, self.days, self.agencies, self.conflicts) == (
            other.regions,
            other.days,
            other.agencies,
            other.conflicts,
        )


def count(settings: Settings, positions: Sequence[int], *, without: str = "") -> Counted:
    """
    Args:
        positions: up to which the log is counted.
        without: a payload key that is not used; the records of its day come from the opening balance.

    Raises BalanceError, LogUnreachableError, PyMongoError.
    """
    submissions = KafkaSubmissions(settings, without=without)
    balanced = 0
    try:
        with (
            TemporaryDirectory(prefix="cacah-shred-") as folder,
            Recount(settings.census_day, folder=Path(folder)) as recount,
        ):
            for rows in submissions.rows((0,) * len(positions), positions):
                recount.load(rows)
                balanced += rows.balanced[without]
            recount.count()
            return Counted(
                recount.totals(), recount.day_totals(), recount.agency_totals(), recount.conflicts(), balanced
            )
    finally:
        submissions.close()
