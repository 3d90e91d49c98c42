"""What chaos does, before it does it, and how it reckons with what it was told."""

from collections import Counter
from uuid import uuid4

import pytest

from shared.contracts.envelope import Kind
from tests.chaos.plan import KINDS, Act, plan
from tests.chaos.told import LogRecord, Told, compare


@pytest.mark.parametrize(("kills", "each"), [(10, 1), (100, 12), (250, 40)])
def test_every_kind_is_killed_about_as_often_and_doubles_and_stops_come_in(kills: int, each: int) -> None:
    for seed in range(20):
        steps = plan(kills, seed)
        killed = Counter(kind for step in steps if step.act is not Act.STOP for kind in step.kinds)
        assert killed.total() == sum(step.kills for step in steps) == kills
        assert killed.keys() == set(KINDS)
        assert min(killed.values()) >= each
        acts = Counter(step.act for step in steps)
        assert acts[Act.PAIR] == acts[Act.AGAIN] == acts[Act.STOP] == kills // 10
        assert all(len(set(step.kinds)) == 2 for step in steps if step.act is Act.PAIR)


def test_a_seed_is_a_plan() -> None:
    assert plan(100, 7) == plan(100, 7)
    assert plan(100, 7) != plan(100, 8)


def test_what_was_accepted_must_be_where_its_receipt_says() -> None:
    here, lost, moved = (uuid4().bytes for _ in range(3))
    told = Told()
    for event, offset in ((here, 0), (lost, 7), (moved, 1)):
        told.accept(event, {"partition": 0, "offset": offset}, "bulk")
    roster = uuid4().bytes
    told.accept(roster, {"partition": 0, "offset": 2}, "roster")
    log = {0: [LogRecord(Kind.SUBMISSION, here), LogRecord(Kind.SUBMISSION, here), LogRecord(Kind.ROSTER, roster)]}
    verdict = compare(told, log)
    assert verdict.missing == ((0, 7), (0, 1))
    assert (verdict.records, verdict.repeated) == (3, 1)


def test_what_was_refused_is_not_on_the_log_unless_it_was_also_accepted_or_in_doubt() -> None:
    refused, both, doubted = (uuid4().bytes for _ in range(3))
    told = Told()
    for event in (refused, both, doubted):
        told.refuse(event, "single")
    told.accept(both, {"partition": 0, "offset": 1}, "bulk")
    told.doubt(doubted, "single")
    log = {0: [LogRecord(Kind.SUBMISSION, each) for each in (refused, both, doubted)]}
    verdict = compare(told, log)
    assert (verdict.missing, verdict.sneaked, verdict.unknown_on_log) == ((), 1, 1)
