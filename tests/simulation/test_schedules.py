"""The engine under thousands of seeded schedules, and wrong designs under the same: those must be caught."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import pytest

from tests.simulation import schedule
from tests.simulation.__main__ import Tally, explore
from tests.simulation.designs import (
    BlindInlet,
    CarelessTable,
    Design,
    EagerEngine,
    ForgetfulCheckpoints,
    NameThenIncrement,
    OffsetGuarded,
)
from tests.simulation.faults import DEATHS, wake
from tests.simulation.published import Violation

SCHEDULES = 2000
_PIECE = 100
_CAUGHT_WITHIN = 200


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_counted_twice_on_any_schedule() -> None:
    tally = Tally()
    with ProcessPoolExecutor(2) as pool:
        for part in pool.map(partial(explore, piece=_PIECE), range(0, SCHEDULES, _PIECE)):
            tally.add(part)
    assert tally.violations == [], tally.table()
    assert tally.runs == SCHEDULES
    assert tally.never_crashed() == set(), "a step was never interrupted: the schedules prove nothing about it"


@pytest.mark.parametrize(
    "wrong",
    [
        {"block_inlet": BlindInlet},
        {"engine": EagerEngine},
        {"table": CarelessTable},
        {"checkpoints": ForgetfulCheckpoints},
    ],
    ids=["no check of what was seen", "publish before insert", "inserts not unique", "what was left is forgotten"],
)
def test_a_wrong_engine_is_caught(wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    # A wrong engine may never finish; a right one needs far fewer steps than this.
    monkeypatch.setattr(schedule, "MOST_STEPS", 5000)
    assert any(_is_caught(seed, wrong) for seed in range(_CAUGHT_WITHIN))


@pytest.mark.parametrize("design", [OffsetGuarded, NameThenIncrement])
def test_a_wrong_design_is_caught_though_no_engine_loses_anything(design: type[Design]) -> None:
    """Workers die, sleep and change places; Kafka and MongoDB keep all that they were given."""
    deaths = dict.fromkeys(DEATHS, 1)
    seed = next(seed for seed in range(_CAUGHT_WITHIN) if _is_caught(seed, {"design": design(), "faults": deaths}))
    with pytest.raises(Violation, match=r"lost|counted too often"):
        schedule.run(seed, design=design(), faults=deaths)


@pytest.mark.parametrize("design", [OffsetGuarded, NameThenIncrement])
def test_a_wrong_design_is_right_while_nothing_goes_wrong(design: type[Design]) -> None:
    schedule.run(1, design=design(), faults={wake: 1})


def _is_caught(seed: int, wrong: dict[str, Any]) -> bool:
    try:
        schedule.run(seed, **wrong)
    except Violation:
        return True
    return False


def test_a_seed_replays() -> None:
    assert schedule.run(7) == schedule.run(7)
