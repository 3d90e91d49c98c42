"""The recount: rows into DuckDB; versions, claims, totals and the comparison in SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import duckdb
import numpy as np

from services.cli.audit.rows import (
    FACT_ROW,
    ROSTER_ROW,
    RULING_ROW,
    SEEN_ROW,
    VERSION_ROW,
    PackedRows,
    columns,
)
from shared.domain.census import day_of
from shared.domain.regions import code_text

_HERE: Final = Path(__file__).parent
NO_DAY: Final = -1

_LOAD_FORMS: Final = """
    INSERT INTO forms
    SELECT record, key(household_high, household_low), key(lineage_high, lineage_low),
        key(claimant_high, claimant_low), revision, received_at, key(submission_high, submission_low), withdraws
    FROM form_rows
"""
_LOAD_FACTS: Final = """
    INSERT INTO facts
    SELECT record, key(person_high, person_low), leads, unit, place, sex, birth, relationship, away, education,
        activity, without_nik, clean, grade
    FROM fact_rows
"""
_LOAD_ROSTERS: Final = """
    INSERT INTO rosters
    SELECT record, place, agency, key(person_high, person_low), staff, received_at FROM roster_rows
"""
_LOAD_RULINGS: Final = """
    INSERT INTO rulings
    SELECT record, key(person_high, person_low), counts, key(claimant_high, claimant_low) FROM ruling_rows
"""
_LOAD_SEEN: Final = """
    INSERT INTO seen
    SELECT record, key(claimant_high, claimant_low), received_at, key(submission_high, submission_low) FROM seen_rows
"""
_AGENCY_CELLS: Final = """
    SELECT agency, counter, sum(number)::BIGINT FROM agency_cells GROUP BY agency, counter
    UNION ALL
    SELECT agency || '|' || strftime(DATE '1970-01-01' + day::INTEGER, '%Y-%m-%d'), counter, sum(number)::BIGINT
    FROM agency_cells GROUP BY agency, day, counter
"""
_LOAD_LIVE: Final = """
    INSERT INTO live_cells
    SELECT region, day, getvariable('live_counters')[counter + 1], number
    FROM live_rows
"""


_FIRST_DIFFERENCES: Final = """
    SELECT region, day, counter, live, log FROM compared WHERE live <> log ORDER BY day, region, counter LIMIT ?
"""


class LiveCell(NamedTuple):
    """`region`: the code as a number, see `shared.domain.regions.code_number`. `day`: since 1970-01-01, or NO_DAY."""

    region: int
    day: int
    counter: str
    number: int


@dataclass(frozen=True, slots=True)
class Difference:
    """`region`: a code; of a cell of one day, `code|2026-11-24`."""

    region: str
    counter: str
    live: int
    log: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`cells`: those that are not zero on both sides. `differing`: all of them; `differences`: the first ones."""

    cells: int
    differing: int
    differences: tuple[Difference, ...]


class Recount:
    """A database in memory, which spills into `folder` beyond `memory` (as DuckDB writes it: `1GB`).

    Args:
        census_day: ages are completed years on this day.
        in_slice: how many forms are folded at once. Not all that DuckDB does can spill.
    """

    def __init__(
        self, census_day: date, *, folder: Path | None = None, memory: str = "1GB", in_slice: int = 1_000_000
    ) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "preserve_insertion_order": False,
        }
        self._slice = in_slice
        if folder is not None:
            settings["temp_directory"] = str(folder)
        self._database = duckdb.connect(":memory:", config=settings)
        self._run("schema.sql")
        number = census_day.year * 10_000 + census_day.month * 100 + census_day.day
        self._database.execute("SET VARIABLE census_day = ?", [number])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def load(self, rows: PackedRows) -> None:
        if rows.versions:
            form_rows = columns(rows.versions, VERSION_ROW)  # noqa: F841  # DuckDB reads it by its name
            self._database.execute(_LOAD_FORMS)
        if rows.facts:
            fact_rows = columns(rows.facts, FACT_ROW)  # noqa: F841  # the same
            self._database.execute(_LOAD_FACTS)

        if rows.rosters:
            roster_rows = columns(rows.rosters, ROSTER_ROW)  # the same
            roster_rows["agency"] = roster_rows["agency"].astype(str)
            self._database.execute(_LOAD_ROSTERS)
        if rows.rulings:
            ruling_rows = columns(rows.rulings, RULING_ROW)  # noqa: F841  # the same
            self._database.execute(_LOAD_RULINGS)
        if rows.seen:
            seen_rows = columns(rows.seen, SEEN_ROW)  # noqa: F841  # the same
            self._database.execute(_LOAD_SEEN)

    def count(self) -> None:
        """Fold all that is loaded into cells. Can be done again after more was loaded."""
        slices = 1 + self._number("SELECT count(*) FROM forms") // self._slice
        self._database.execute("SET VARIABLE slices = ?", [slices])
        self._run("start.sql")
        self._run_sliced("claims.sql", slices)
        self._run("rulings.sql")
        self._run_sliced("effective.sql", slices)
        for script in ("cells.sql", "agencies.sql"):
            self._run(script)

    def totals(self) -> dict[str, dict[str, int]]:
        """Region code -> counter -> number, without zeros."""
        found: dict[str, dict[str, int]] = {}
        self._database.execute("SELECT region, counter, number FROM log_cells")
        for region, counter, number in self._database.fetchall():
            found.setdefault(code_text(region), {})[counter] = number
        return found

    def day_totals(self) -> dict[str, dict[str, int]]:
        """`code|2026-11-24` -> counter -> number, without zeros."""
        found: dict[str, dict[str, int]] = {}
        self._database.execute("SELECT region, day, counter, number FROM log_day_cells")
        for region, day, counter, number in self._database.fetchall():
            found.setdefault(_cell_name(region, day), {})[counter] = number
        return found

    def agency_totals(self) -> dict[str, dict[str, int]]:
        """Agency, or `agency|2026-11-24` -> counter -> number, without zeros."""
        found: dict[str, dict[str, int]] = {}
        self._database.execute(_AGENCY_CELLS)
        for name, counter, number in self._database.fetchall():
            found.setdefault(name, {})[counter] = number
        return found

    def people(self) -> int:
        return self._number("SELECT coalesce(sum(number), 0) FROM log_cells WHERE region = 0 AND counter = 'persons'")

    def conflicts(self) -> int:
        """People whom more than one claimant claims."""
        return self._number("SELECT count(*) FROM effective WHERE claimants > 1")

    def compare(
        self,
        live: Iterable[LiveCell],
        *,
        with_days: bool,
        agencies: Mapping[str, Mapping[str, int]] | None = None,
        first: int = 1_000,
    ) -> Comparison:
        """Hold every cell against the live ones.

        Args:
            with_days: the live cells are of days too.
            agencies: live totals, named as in `agency_totals`.
        """
        self._load_live(live)
        self._database.execute("SET VARIABLE with_days = ?", [with_days])
        self._run("compare.sql")
        differing = self._database.execute(_FIRST_DIFFERENCES, [first]).fetchall()
        regions = [
            Difference(_cell_name(region, day), counter, live, log) for region, day, counter, live, log in differing
        ]
        cells, staff = _compare_agencies(agencies or {}, self.agency_totals())
        return Comparison(
            self._number("SELECT count(*) FROM compared") + cells,
            self._number("SELECT count(*) FROM compared WHERE live <> log") + len(staff),
            tuple([*regions, *staff][:first]),
        )

    def _load_live(self, live: Iterable[LiveCell]) -> None:
        counters: dict[str, int] = {}
        rows = [(cell.region, cell.day, counters.setdefault(cell.counter, len(counters)), cell.number) for cell in live]
        table = np.array(rows, np.int64).reshape(-1, 4)
        names = ("region", "day", "counter", "number")
        live_rows = {name: np.ascontiguousarray(table[:, at]) for at, name in enumerate(names)}  # noqa: F841  # as above
        self._database.execute("SET VARIABLE live_counters = ?", [list(counters)])
        self._database.execute("DELETE FROM live_cells")
        self._database.execute(_LOAD_LIVE)

    def _run_sliced(self, script: str, slices: int) -> None:
        for number in range(slices):
            self._database.execute("SET VARIABLE slice = ?", [number])
            self._run(script)

    def _run(self, script: str) -> None:
        self._database.execute((_HERE / script).read_text(encoding="utf-8"))

    def _number(self, query: str) -> int:
        (row,) = self._database.execute(query).fetchall()
        return int(row[0])


def _compare_agencies(
    live: Mapping[str, Mapping[str, int]], log: Mapping[str, Mapping[str, int]]
) -> tuple[int, list[Difference]]:
    """How many cells are not zero on both sides, and those that differ."""
    cells = {
        (name, counter)
        for side in (live, log)
        for name, counters in side.items()
        for counter, n in counters.items()
        if n
    }
    compared = (
        Difference(name, counter, live.get(name, {}).get(counter, 0), log.get(name, {}).get(counter, 0))
        for name, counter in sorted(cells)
    )
    return len(cells), [each for each in compared if each.live != each.log]


def _cell_name(region: int, day: int) -> str:
    code = code_text(region)
    return code if day == NO_DAY else f"{code}|{day_of(day).isoformat()}"
