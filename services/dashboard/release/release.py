"""One release of all regions: every block advances from the same totals, the leading block first. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.dashboard.release.blocks import BLOCKS, COUNTED, Block
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

    def advance(self) -> Moved:
        """What may move now; `accept` makes it so."""
        leading = self._steps[COUNTED.name].advance()
        moved: Moved = {region: {COUNTED.name: cells} for region, cells in leading.items()}
        for block in BLOCKS[1:]:
            for region, cells in self._steps[block.name].advance(leading).items():
                moved[region][block.name] = cells
        return moved

    def accept(self, moved: Moved) -> None:
        for block in BLOCKS:
            shown = {region: blocks[block.name] for region, blocks in moved.items() if block.name in blocks}
            self._steps[block.name].accept(shown)
