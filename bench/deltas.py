"""What the aggregator's own arithmetic can do: deltas of people netted and added to the totals of all five levels.

    .venv/bin/python -m bench.deltas

No engine takes part, and one core does all. People live in villages drawn from East Java's, with answers drawn at random.
"""

import time
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np

from bench.corpus import REGION
from services.aggregator.fold import CHANGES, AggregatorFold
from services.aggregator.totals import Totals
from shared.contracts.changes import DELTA_ROW, DELTAS, decode_deltas
from shared.contracts.sections import section
from shared.domain import facts
from shared.domain.regions import catalogue
from shared.ledger.fold import Input

_SIZES = (10_000, 40_000, 160_000, 640_000)
_BLOCKS = 10
_REPEATS = 7
_DAY = 20_000
_FLAGS = (facts.CLEAN, facts.AWAY)
_SEXES = np.array([facts.MALE, facts.FEMALE], np.uint32)
_ANSWERS = (
    (len(facts.BANDS), facts.BAND_SHIFT),
    (len(facts.EDUCATIONS), facts.EDUCATION_SHIFT),
    (len(facts.ACTIVITIES), facts.ACTIVITY_SHIFT),
    (len(facts.RELATIONSHIPS), facts.RELATIONSHIP_SHIFT),
)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time that a batch takes: netting its changes, and adding them to the totals."""

    folding: float
    applying: float


def main() -> None:
    chance = np.random.default_rng(1)
    regions = catalogue()
    villages = np.array([facts.place_of(code) for code in regions.villages if code.startswith(REGION)], np.uint64)
    totals = Totals(regions)
    print("| deltas in a batch | us a delta: netting | adding to totals | deltas/s |")
    print("|---|---|---|---|")
    for size in _SIZES:
        batch = _batch(chance, villages, size)
        runs = [_measured(totals, batch) for _ in range(_REPEATS)]
        best = min(runs, key=lambda each: each.folding + each.applying)
        folding, applying = best.folding / size * 1e6, best.applying / size * 1e6
        print(f"| {size:,} | {folding:.2f} | {applying:.2f} | {1e6 / (folding + applying):,.0f} |", flush=True)


def _batch(
    chance: np.random.Generator, villages: "np.ndarray[tuple[int], np.dtype[np.uint64]]", size: int
) -> list[Input]:
    rows = np.empty(size, DELTA_ROW)
    rows["place"] = chance.choice(villages, size)
    answers = [chance.integers(1, most, size, np.uint32, endpoint=True) << shift for most, shift in _ANSWERS]
    flags = [chance.integers(0, 1, size, np.uint32, endpoint=True) * flag for flag in _FLAGS]
    rows["traits"] = reduce(or_, (*answers, *flags, chance.choice(_SEXES, size))) | facts.PERSON
    rows["day"] = _DAY
    rows["sign"] = 1
    return [
        Input(0, number, section(DELTAS, each.tobytes())) for number, each in enumerate(np.array_split(rows, _BLOCKS))
    ]


def _measured(totals: Totals, batch: list[Input]) -> Spent:
    fold, started = AggregatorFold(), time.process_time()
    folded = fold.fold(fold.prepare(batch), {})
    between = time.process_time()
    totals.apply(decode_deltas(folded.states[CHANGES]))
    return Spent(between - started, time.process_time() - between)


if __name__ == "__main__":
    main()
