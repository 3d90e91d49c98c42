"""One audit: a cut of the log, its recount, the live totals, and what differs between them."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from services.cli.audit.live import Live, LiveTotals
from services.cli.audit.log import KafkaSubmissions
from services.cli.audit.opening import SHREDDED
from services.cli.audit.recount import Comparison, Recount
from services.cli.audit.report import AuditReport
from services.cli.audit.rows import PackedRows
from shared.runtime.settings import Settings

_ROUNDS: Final = 5
_TICK: Final = 0.25


class Submissions(Protocol):
    """The submission log."""

    def ends(self) -> tuple[int, ...]: ...
    def rows(self, start: Sequence[int], end: Sequence[int]) -> Iterator[PackedRows]: ...


class Totals(Protocol):
    """What the system counted."""

    def counted_up_to(self) -> tuple[int, ...]: ...
    def signed_up_to(self) -> tuple[int, ...]: ...
    def read(self) -> Live: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: `counting` until the system has counted up to the cut, `settling` for what it writes a little later."""

    counting: float = 120.0
    settling: float = 15.0


def run(
    settings: Settings,
    *,
    positions: Sequence[int] | None = None,
    patience: Patience = Patience(),
    say: Callable[[str], None] | None = None,
) -> AuditReport:
    """Recount the submission log and compare every cell.

    Args:
        positions: recount up to these offsets, one per partition, instead of to the log's end.
        say: told what is going on, a line at a time.

    Raises:
        LogUnreachableError, TotalsUnreachableError: an engine cannot be reached.
        LogCutError: the log lost its beginning.
        KeysError: the keys cannot be read.
    """
    submissions = KafkaSubmissions(settings)
    totals = LiveTotals(settings.mongo, settings.database)
    try:
        with (
            TemporaryDirectory(prefix="cacah-audit-") as folder,
            Recount(settings.census_day, folder=Path(folder)) as recount,
        ):
            return Audit(submissions, totals, recount, patience, say).run(positions)
    finally:
        submissions.close()
        totals.close()


class Audit:
    def __init__(
        self,
        submissions: Submissions,
        totals: Totals,
        recount: Recount,
        patience: Patience,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self._submissions = submissions
        self._totals = totals
        self._recount = recount
        self._patience = patience
        self._say = say
        self._read = 0
        self._passed_over: Counter[str] = Counter()
        self._balanced: Counter[str] = Counter()

    def run(self, positions: Sequence[int] | None = None) -> AuditReport:
        """As the function `run`. A log that grows meanwhile is followed for a few rounds."""
        started = time.monotonic()
        cut: tuple[int, ...] = (0,) * len(self._submissions.ends())
        comparison, problem = Comparison(0, 0, ()), ""
        for _ in range(_ROUNDS):
            counted, cut = cut, tuple(positions or self._submissions.ends())
            self._load(counted, cut)
            problem = self._shredded() or self._wait_for(cut)
            if problem:
                break
            comparison = self._compare(cut, at_end=positions is None)
            if not comparison.differing or not self._grown(cut, at_end=positions is None):
                break
            problem = "the log grows while it is recounted: audit a system at rest"
        return AuditReport(
            ok=not problem and not comparison.differing,
            cells=comparison.cells,
            people=self._recount.people(),
            positions=cut,
            differences=comparison.differences,
            differing=comparison.differing,
            records=self._read,
            passed_over=dict(self._passed_over),
            balanced=dict(sorted(self._balanced.items())),
            conflicts=self._recount.conflicts(),
            after_closing=self._after_closing(cut),
            seconds=time.monotonic() - started,
            problem=problem,
        )

    def _load(self, start: Sequence[int], end: Sequence[int]) -> None:
        self._tell(f"recounting {sum(end) - sum(start):,} records of the submission log")
        for rows in self._submissions.rows(start, end):
            self._recount.load(rows)
            self._read += rows.read
            self._passed_over.update(rows.passed_over)
            self._balanced.update(rows.balanced)
        self._recount.count()

    def _shredded(self) -> str:
        gone = self._passed_over[SHREDDED]
        if not gone:
            return ""
        return (
            f"{gone:,} records cannot be opened any more, for the key of their day was shredded (cacah keys list) and no "
            "opening balance knows them: the log alone can no longer say what the totals must be"
        )

    def _wait_for(self, cut: tuple[int, ...]) -> str:
        """Empty once everything below the cut is in the totals, else what is missing."""
        deadline = time.monotonic() + self._patience.counting
        told = False
        while not _reached(counted := self._totals.counted_up_to(), cut):
            if time.monotonic() > deadline:
                return (
                    f"the system has counted up to {list(counted)} and not up to {list(cut)} "
                    f"within {self._patience.counting:.0f} s: see the logs of the services"
                )
            if not told:
                self._tell(f"waiting until the system has counted up to {list(cut)}; it is at {list(counted)}")
                told = True
            time.sleep(_TICK)
        return ""

    def _compare(self, cut: tuple[int, ...], *, at_end: bool) -> Comparison:
        """The first comparison without a difference, or the last one before patience ends or the log has grown."""
        deadline = time.monotonic() + self._patience.settling
        while True:
            live = self._totals.read()
            comparison = self._recount.compare(live.cells, with_days=live.with_days, agencies=live.agencies)
            if not comparison.differing or time.monotonic() > deadline or self._grown(cut, at_end=at_end):
                return comparison
            time.sleep(_TICK)

    def _after_closing(self, cut: tuple[int, ...]) -> int:
        signed = self._totals.signed_up_to()
        return sum(max(end - last, 0) for end, last in zip(cut, signed, strict=False))

    def _tell(self, line: str) -> None:
        if self._say is not None:
            self._say(line)

    def _grown(self, cut: tuple[int, ...], *, at_end: bool) -> bool:
        return at_end and self._submissions.ends() != cut


def _reached(counted: tuple[int, ...], cut: tuple[int, ...]) -> bool:
    if not any(cut):
        return True
    return len(counted) == len(cut) and all(done >= wanted for done, wanted in zip(counted, cut, strict=True))
