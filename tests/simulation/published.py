"""The compacted topic of totals, and the aggregator's way of writing to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.aggregator.announcing import Newest, refuse_older
from shared.ledger.entry import Notice
from tests.simulation.loop import Actor, Scheduler
from tests.simulation.oracle import Cell
from tests.simulation.world import Table

Version = tuple[int, int]
"""Generation, and number of the checkpoint."""


class Violation(AssertionError):
    """The promise was broken."""


class FencedProducer(Exception):
    """A newer producer with the same transactional id has started."""


@dataclass
class Published:
    """Keeps the last record of a cell, whatever its version; its broker fences producers."""

    latest: dict[Cell, tuple[Version, int]] = field(default_factory=dict)
    epoch: int = 0

    @property
    def newest(self) -> Version:
        return max((version for version, _ in self.latest.values()), default=(0, 0))

    def put(self, cell: Cell, version: Version, total: int) -> None:
        known, value = self.latest.get(cell, ((0, 0), 0))
        if known > version or (known == version and value != total):
            raise Violation(f"{cell}: version {version} says {total} after version {known} said {value}")
        self.latest[cell] = version, total

    def totals(self) -> dict[Cell, int]:
        return {cell: total for cell, (_, total) in self.latest.items() if total}


class TotalsSink:
    """Of a generation that is `silent`, nothing is heard."""

    targets = 0

    def __init__(
        self, published: Published, table: Table, generation: int, scheduler: Scheduler, actor: Actor, *, silent: bool
    ) -> None:
        self._published = published
        self._table = table
        self._generation = generation
        self._scheduler = scheduler
        self._actor = actor
        self._silent = silent
        self._epoch = 0
        self._told_up_to = 0

    async def start(self) -> None:
        """From here on a predecessor can publish no more."""
        if self._silent:
            return
        await self._scheduler.step(self._actor, "producer-started")
        self._published.epoch += 1
        self._epoch = self._published.epoch

    async def announce(self, at: int, ledger: Newest) -> None:
        """All totals, where the newest ones that were published are those of a generation before."""
        if self._silent:
            return
        generation, number = self._published.newest
        await refuse_older((generation, number), (self._generation, at), ledger)
        if generation == self._generation:
            return
        await self._scheduler.step(self._actor, "announcement-sent")
        self._require_epoch()
        for cell in self._published.latest.keys() - self._table.totals.keys():
            self._published.put(cell, (self._generation, at), 0)
        for cell, (written_by, total) in self._table.totals.items():
            self._published.put(cell, (self._generation, written_by), total)
        self._told_up_to = at

    async def publish(self, blocks: Sequence[bytes], notices: Sequence[Notice], number: int) -> None:
        del blocks, notices
        if self._silent or number <= self._told_up_to:
            return
        await self._scheduler.step(self._actor, "totals-sent")
        self._require_epoch()
        for cell, (written_by, total) in self._table.totals.items():
            if written_by == number:
                self._published.put(cell, (self._generation, number), total)
        await self._scheduler.step(self._actor, "totals-done")

    def _require_epoch(self) -> None:
        if self._published.epoch != self._epoch:
            raise FencedProducer
