"""Which regions' figures may move at a step. Pure.

Somebody who reads everything at every step can subtract: a figure from what it was, a region from the sum of those
below it, or both. So a region moves only if

- what it then shows, and by how much that changed, is covered (nothing, or at least ten, in every cell);
- what is left when the regions below it are subtracted is covered, and so is the change of that.

A region that may not move keeps what it last showed; what came in since waits. Where the rest beside the regions that
could move would be too small, the smallest of them is held back as well: the complement of a complement.

At the last step of all, nothing waits for company any more. Regions that are `exempt` then are not asked about changes:
what they show, and what is left beside the regions below, must be covered; how much of it came last need not.
"""

from collections.abc import Callable, Collection, Mapping

from services.dashboard.release.cells import Cells, covered, minus, plus, size
from shared.domain.regions import NATION

_ROOT = ""


def parent_of(region: str) -> str:
    """The region one level up; empty for the nation."""
    return _ROOT if region == NATION else region.rpartition(".")[0] or NATION


class Steps:
    """One block of figures over the tree of regions: what is shown, and what waits.

    Args:
        width: cells of the block.
    """

    def __init__(self, width: int) -> None:
        self._nothing: Cells = (0,) * width
        self._shown: dict[str, Cells] = {}
        self._below: dict[str, Cells] = {}
        self._waiting: dict[str, dict[str, Cells]] = {}

    def shown(self, region: str) -> Cells | None:
        """None where nothing was ever shown."""
        return self._shown.get(region)

    def accept(self, moved: Mapping[str, Cells]) -> None:
        """These are published."""
        for region, cells in moved.items():
            parent = parent_of(region)
            change = minus(cells, self._shown.get(region, self._nothing))
            self._below[parent] = plus(self._below.get(parent, self._nothing), change)
            self._shown[region] = cells
            self._wait(parent, region, self._waiting.get(parent, {}).get(region, cells))

    def observe(self, exact: Mapping[str, Cells]) -> None:
        """Totals as they are now, of regions that changed."""
        for region, cells in exact.items():
            self._wait(parent_of(region), region, cells)

    def regions(self) -> Collection[str]:
        """Those of which something was shown."""
        return self._shown.keys()

    def advance(
        self, allowed: Collection[str] | None = None, *, exempt: Callable[[str], bool] | None = None
    ) -> dict[str, Cells]:
        """What may move now, with its new cells; nothing is changed by asking.

        Args:
            allowed: these regions at most.
            exempt: whose changes are not asked about, at the last step of all.
        """
        asked = exempt or (lambda _: False)
        moved: dict[str, Cells] = {}
        if NATION in self._waiting.get(_ROOT, ()):
            moved = self._plan(_ROOT, NATION, allowed, asked) or {}
        return moved

    def _plan(
        self, parent: str, region: str, allowed: Collection[str] | None, exempt: Callable[[str], bool]
    ) -> dict[str, Cells] | None:
        """All that moves if this region does; None where it may not."""
        exact = self._waiting[parent][region]
        change = minus(exact, self._shown.get(region, self._nothing))
        if (allowed is not None and region not in allowed) or not covered(exact):
            return None
        if not (exempt(region) or covered(change)):
            return None
        plans = {child: self._plan(region, child, allowed, exempt) for child in self._waiting.get(region, ())}
        movable = {child: plan for child, plan in plans.items() if plan is not None}
        chosen = self._choose(region, exact, movable, changes_count=not exempt(region))
        if chosen is None:
            return None
        return {region: exact, **{each: cells for child in chosen for each, cells in movable[child].items()}}

    def _choose(self, region: str, exact: Cells, movable: Collection[str], *, changes_count: bool) -> list[str] | None:
        """The children that may move with a region, as many as possible."""
        below = self._below.get(region, self._nothing)
        before = minus(self._shown.get(region, self._nothing), below)
        changes = {
            child: minus(self._waiting[region][child], self._shown.get(child, self._nothing)) for child in movable
        }
        chosen = sorted(movable, key=lambda child: (-size(changes[child]), child))
        rest = minus(exact, below)
        for child in chosen:
            rest = minus(rest, changes[child])
        while not (covered(rest) and (not changes_count or covered(minus(rest, before)))):
            if not chosen:
                return None
            rest = plus(rest, changes[chosen.pop()])
        return chosen

    def _wait(self, parent: str, region: str, exact: Cells) -> None:
        if exact == self._shown.get(region, self._nothing):
            self._waiting.get(parent, {}).pop(region, None)
        else:
            self._waiting.setdefault(parent, {})[region] = exact
