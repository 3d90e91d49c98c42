"""One release of all regions: every block advances from the same totals, the leading block first. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from services.dashboard.release.blocks import BLOCKS, COUNTED, PEOPLE, Block
from services.dashboard.release.cells import Cells
from services.dashboard.release.steps import Steps

Moved = dict[str, dict[str, Cells]]
"""Region -> block -> what it shows from now on."""


@dataclass(slots=True)
class Release:
    _steps: dict[str, Steps] = field(
        default_factory=lambda: {block.name: Steps(len(block.counters)) for block in BLOCKS}
    )

    def shown(self, region: str, block: Block) -> Mapping[str, int] | None:
        cells = self._steps[block.name].shown(region)
        return None if cells is None else block.named(cells)

    def observe(self, totals: Mapping[str, Mapping[str, int]], blocks: Iterable[Block] = BLOCKS) -> None:
        """`totals`: region -> counters, as exact as they are."""
        for block in blocks:
            exact = {region: block.of(counters) for region, counters in totals.items() if block.has(region)}
            self._steps[block.name].observe(exact)

    def regions(self) -> Collection[str]:
        """Those of which something was shown."""
        return self._steps[COUNTED.name].regions()

    def advance(self, *, closing: bool = False) -> Moved:
        """What may move now; `accept` makes it so.

        Args:
            closing: no step comes after this one. People and families of large regions then move by whatever waited.
        """
        leading = self._steps[COUNTED.name].advance(exempt=lambda region: closing and is_large(region))
        moved: Moved = {region: {COUNTED.name: cells} for region, cells in leading.items()}
        for block in BLOCKS[1:]:
            for region, cells in self._steps[block.name].advance(leading).items():
                moved[region][block.name] = cells
        return moved

    def accept(self, moved: Moved) -> None:
        for block in BLOCKS:
            shown = {region: blocks[block.name] for region, blocks in moved.items() if block.name in blocks}
            self._steps[block.name].accept(shown)


def is_large(region: str) -> bool:
    """A regency or above: among its families nobody finds those that came last."""
    return PEOPLE.has(region)
