"""The aggregator's fold: count changes in, their sum out. The totals themselves are kept by the checkpoint."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from shared.contracts.changes import DELTA_ROW, DELTAS, decode_deltas
from shared.contracts.sections import sections
from shared.ledger.fold import Folded, Input

CHANGES = b"deltas"
"""The one key under which an entry of the aggregator holds what it added."""


class AggregatorFold:
    def prepare(self, inputs: Sequence[Input]) -> npt.NDArray[np.void]:
        parts = [decode_deltas(payload) for block in inputs for tag, payload in sections(block.body) if tag == DELTAS]
        return np.concatenate(parts) if parts else np.empty(0, DELTA_ROW)

    def keys(self, prepared: npt.NDArray[np.void]) -> Sequence[bytes]:
        del prepared
        return ()

    def fold(self, prepared: npt.NDArray[np.void], states: Mapping[bytes, bytes]) -> Folded:
        del states
        return Folded({CHANGES: _net(prepared).tobytes()} if len(prepared) else {}, ())


def _net(deltas: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    """What remains when +1 and -1 of the same fact cancel out."""
    facts, inverse = np.unique(deltas[["place", "traits", "day"]], return_inverse=True)
    sums = np.bincount(inverse, deltas["sign"].astype(np.float64), len(facts)).astype(np.int64)
    kept = np.repeat(np.arange(len(facts)), np.abs(sums))
    net = np.empty(len(kept), DELTA_ROW)
    for name in ("place", "traits", "day"):
        net[name] = facts[name][kept]
    net["sign"] = np.sign(sums)[kept]
    return net
