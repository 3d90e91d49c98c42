"""Cells held against live ones; waiting for a system that is still counting; the report."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
import pytest

from services.cli.audit.live import Live
from services.cli.audit.opening import Opener, rows_of
from services.cli.audit.recount import NO_DAY, Difference, LiveCell, Recount
from services.cli.audit.report import AuditReport
from services.cli.audit.rows import PackedRows
from services.cli.audit.run import Audit, Patience
from shared.contracts.submission import Member
from shared.domain.regions import code_number
from tests.unit.audit_log import CENSUS_DAY, IDENTITY, SEALER, SubmissionLog, daughter, family, head, wife

AT_ONCE = Patience(counting=0.0, settling=0.0)
OTHER_CARD = "3510010107100002"


@dataclass
class LogInMemory:
    """The first records of a log; every look at its end may find `grows` more."""

    log: SubmissionLog
    end: int
    grows: list[int] = field(default_factory=list)
    asked: list[tuple[int, int]] = field(default_factory=list)

    def ends(self) -> tuple[int, ...]:
        if self.asked and self.grows:
            self.end += self.grows.pop(0)
        return (self.end,)

    def rows(self, start: Sequence[int], end: Sequence[int]) -> Iterator[PackedRows]:
        self.asked.append((start[0], end[0]))
        yield rows_of(self.log.records[start[0] : end[0]], Opener(SEALER, IDENTITY, CENSUS_DAY))


@dataclass
class TotalsInMemory:
    """What the system says, one reading after another; the last one stays."""

    counted: list[tuple[int, ...]]
    readings: list[tuple[LiveCell, ...]]
    with_days: bool = False
    signed: tuple[int, ...] = ()

    def signed_up_to(self) -> tuple[int, ...]:
        return self.signed

    def counted_up_to(self) -> tuple[int, ...]:
        return self.counted.pop(0) if len(self.counted) > 1 else self.counted[0]

    def read(self) -> Live:
        cells = self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]
        return Live(self.counted[0], cells, self.with_days)


def two_families() -> SubmissionLog:
    log = SubmissionLog()
    log.send(family(head(), wife()))
    log.send(family(daughter_as_head(), card=OTHER_CARD, village="35.10.01.2002"))
    return log


def right_cells(log: SubmissionLog, *, with_days: bool = False) -> tuple[LiveCell, ...]:
    recount = log.recounted()
    cells = [
        LiveCell(code_number(region), NO_DAY, counter, number)
        for region, counters in recount.totals().items()
        for counter, number in counters.items()
    ]
    if with_days:
        cells += [
            LiveCell(code_number(name.split("|")[0]), 20_727, counter, number)
            for name, counters in recount.day_totals().items()
            for counter, number in counters.items()
        ]
    return tuple(cells)


def audited(
    log: LogInMemory, totals: TotalsInMemory, *, patience: Patience = AT_ONCE, positions: Sequence[int] | None = None
) -> AuditReport:
    with Recount(CENSUS_DAY) as recount:
        return Audit(log, totals, recount, patience).run(positions)


def changed(cells: tuple[LiveCell, ...], region: str, counter: str, by: int) -> tuple[LiveCell, ...]:
    number = code_number(region)
    return tuple(
        cell._replace(number=cell.number + by) if (cell.region, cell.counter) == (number, counter) else cell
        for cell in cells
    )


def test_equal_cells_are_ok_and_counted() -> None:
    log = two_families()
    cells = right_cells(log)
    report = audited(LogInMemory(log, 2), TotalsInMemory([(2,)], [cells]))
    assert (report.ok, report.exit_code, report.problem) == (True, 0, "")
    assert report.cells == len(cells)
    assert (report.people, report.records, report.positions) == (3, 2, (2,))
    assert report.lines() == [report.last_line()]
    assert report.last_line().startswith(f"OK cells={len(cells)} people=3 differences=0 records=2")


def test_what_came_after_the_closing_is_recounted_and_said() -> None:
    log = two_families()
    report = audited(LogInMemory(log, 2), TotalsInMemory([(2,)], [right_cells(log)], signed=(1,)))
    assert (report.ok, report.after_closing) == (True, 1)
    assert report.lines()[0].startswith("1 records came onto the log after the census was closed")
    report = audited(LogInMemory(log, 2), TotalsInMemory([(2,)], [right_cells(log)], signed=(2,)))
    assert report.lines() == [report.last_line()]


def test_one_wrong_cell_is_named_with_both_numbers() -> None:
    log = two_families()
    cells = changed(right_cells(log), "35.10", "persons", +1)
    report = audited(LogInMemory(log, 2), TotalsInMemory([(2,)], [cells]))
    assert (report.ok, report.exit_code, report.differing) == (False, 1, 1)
    assert report.differences == (Difference("35.10", "persons", 2, 1),)
    assert report.lines()[0] == "35.10 persons: live 2, from the log 1"
    assert report.last_line().startswith("FAIL ")


@pytest.mark.parametrize("missing_region", ["00", "35.10.01.2002"])
def test_a_cell_that_is_not_there_is_zero(missing_region: str) -> None:
    log = two_families()
    number = code_number(missing_region)
    cells = tuple(cell for cell in right_cells(log) if (cell.region, cell.counter) != (number, "households"))
    report = audited(LogInMemory(log, 2), TotalsInMemory([(2,)], [cells]))
    assert report.differences == (Difference(missing_region, "households", 0, 2 if missing_region == "00" else 1),)


def test_a_region_or_counter_that_the_log_does_not_have_is_a_difference() -> None:
    log = two_families()
    extra = (LiveCell(code_number("11.01"), NO_DAY, "persons", 4), LiveCell(0, NO_DAY, "left_handed", 1))
    report = audited(LogInMemory(log, 2), TotalsInMemory([(2,)], [right_cells(log) + extra]))
    assert report.differences == (Difference("00", "left_handed", 1, 0), Difference("11.01", "persons", 4, 0))


def test_days_are_compared_where_there_are_some() -> None:
    log = two_families()
    with_days = right_cells(log, with_days=True)
    right = audited(LogInMemory(log, 2), TotalsInMemory([(2,)], [with_days], with_days=True))
    assert right.ok
    assert right.cells == len(with_days)
    none = audited(LogInMemory(log, 2), TotalsInMemory([(2,)], [right_cells(log)], with_days=True))
    assert Difference("00|2026-10-01", "persons", 0, 3) in none.differences


def test_an_empty_system_is_right_about_an_empty_log() -> None:
    report = audited(LogInMemory(SubmissionLog(), 0), TotalsInMemory([()], [()]))
    assert (report.ok, report.cells, report.people) == (True, 0, 0)


def test_it_waits_until_the_system_has_counted_up_to_the_cut() -> None:
    log = two_families()
    totals = TotalsInMemory([(0,), (1,), (2,)], [right_cells(log)])
    said: list[str] = []
    with Recount(CENSUS_DAY) as recount:
        report = Audit(LogInMemory(log, 2), totals, recount, Patience(30, 0), said.append).run()
    assert report.ok
    assert said[1] == "waiting until the system has counted up to [2]; it is at [0]"


def test_a_system_that_does_not_get_there_is_a_failure_that_says_so() -> None:
    log = two_families()
    report = audited(LogInMemory(log, 2), TotalsInMemory([(1,)], [right_cells(log)]))
    assert (report.ok, report.exit_code) == (False, 1)
    assert "counted up to [1] and not up to [2]" in report.problem
    assert report.lines()[0] == f"audit: {report.problem}"


def test_what_is_written_a_little_later_is_waited_for() -> None:
    log = two_families()
    late = changed(right_cells(log), "35.10.01.2002", "persons", -1)
    report = audited(LogInMemory(log, 2), TotalsInMemory([(2,)], [late, right_cells(log)]), patience=Patience(0, 30))
    assert report.ok


def test_a_log_that_grows_is_followed() -> None:
    log = two_families()
    source = LogInMemory(log, 1, grows=[1])
    report = audited(source, TotalsInMemory([(1,), (2,)], [right_cells(log)]))
    assert report.ok
    assert source.asked == [(0, 1), (1, 2)]
    assert report.positions == (2,)


def test_a_log_that_never_rests_is_given_up() -> None:
    log = two_families()
    source = LogInMemory(log, 1, grows=[1] * 50)
    report = audited(source, TotalsInMemory([(99,)], [()]))
    assert not report.ok
    assert "at rest" in report.problem


def test_a_cut_can_be_given() -> None:
    log = two_families()
    first = SubmissionLog()
    first.send(family(head(), wife()))
    report = audited(LogInMemory(log, 2), TotalsInMemory([(2,)], [right_cells(first)]), positions=(1,))
    assert (report.ok, report.positions) == (True, (1,))


def test_the_json_has_its_fixed_names() -> None:
    log = two_families()
    cells = changed(right_cells(log), "35.10", "persons", +1)
    found = json.loads(audited(LogInMemory(log, 2), TotalsInMemory([(2,)], [cells])).as_json())
    assert {"ok", "cells", "people", "positions", "differences"} <= set(found)
    assert found["differences"] == [{"region": "35.10", "counter": "persons", "live": 2, "log": 1}]
    assert found["positions"] == [2]


def test_people_are_shown_the_first_differences_and_how_many_there_are() -> None:
    log = two_families()
    report = audited(LogInMemory(log, 2), TotalsInMemory([(2,)], [()]))
    assert len(report.lines()) == 22
    assert report.lines()[-2] == f"... and {report.differing - 20:,} more cells"


def daughter_as_head() -> Member:
    return msgspec.structs.replace(daughter(), relationship=1)
