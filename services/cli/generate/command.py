"""`cacah generate`: synthetic families to a file, or over HTTP to intake."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from services.cli.generate.arrivals import Pace
from services.cli.generate.expect import Expectation, write_expectation
from services.cli.generate.plan import Plan
from services.cli.generate.report import Tally, arrivals, compare, write_report
from services.cli.generate.rosters import Rosters
from services.cli.generate.sinks import Sink, Verdict
from services.cli.generate.stream import Observer, Population

_SHOW_EVERY: Final = 200


@dataclass(frozen=True, slots=True)
class Summary:
    """`deliberate`: lines made so that they must be refused, or may be (another form under an id that was used)."""

    families: int
    lines: int
    accepted: int
    refused: int
    unknown: int
    deliberate: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Nothing was refused but what should be, and every line has an answer."""
        return self.refused <= self.deliberate and not self.unknown

    @property
    def exit_code(self) -> int:
        return 0 if self.ok else 1

    def as_json(self) -> str:
        return json.dumps(asdict(self) | {"ok": self.ok})

    def last_line(self) -> str:
        facts = asdict(self) | {"seconds": f"{self.seconds:.1f}", "rate": f"{self.lines / max(self.seconds, 1e-9):.0f}"}
        return " ".join(["OK" if self.ok else "FAIL", *(f"{key}={value}" for key, value in facts.items())])


def run(
    plan: Plan,
    sink: Sink,
    *,
    expect: Path | None = None,
    report: Path | None = None,
    rosters: Path | None = None,
    listen: Sequence[Observer] = (),
    pace: Pace | None = None,
    progress: Console | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Summary:
    """Make the plan's lines and give them to the sink.

    Args:
        expect: where to write the totals that a right system reaches, once everything is sent.
        report: where to write what was made beside what was published.
        rosters: the folder for rosters of agencies.
        listen: told of each story before its first line.
        pace: when lines are due; at once if left out.
        progress: where a bar is drawn.

    Raises:
        UnknownRegionError: there is no region such as the plan's.
        OSError: a file cannot be written.
    """
    population, started = Population(plan), clock()
    expectation, tally = Expectation(plan), Tally()
    with ExitStack() as stack:
        observers: list[Observer] = [*listen, *([expectation.add] if expect or report else [])]
        if report is not None:
            observers.append(tally.add)
        if rosters is not None:
            observers.append(stack.enter_context(Rosters(plan, rosters)).add)
        lines = population.lines(*observers)
        if pace is not None:
            lines = _paced(lines, pace, population, plan, _Waiting(started, clock, sleep))
        verdicts = sink(lines)
        if progress is not None:
            verdicts = _shown(verdicts, population, plan, stack.enter_context(_bar(progress)))
        counts = Counter(verdicts)
    if expect is not None:
        write_expectation(expectation, expect)
    if report is not None:
        made = [*compare(plan, population, expectation), *tally.lines(plan), *arrivals(pace)]
        write_report(plan, made, report)
    return Summary(
        families=population.told,
        lines=counts.total(),
        accepted=counts[Verdict.ACCEPTED],
        refused=counts[Verdict.REFUSED],
        unknown=counts[Verdict.UNKNOWN],
        deliberate=population.deliberate,
        seconds=clock() - started,
    )


@dataclass(frozen=True, slots=True)
class _Waiting:
    started: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]

    def until(self, due: float) -> None:
        left = self.started + due - self.clock()
        if left > 0:
            self.sleep(left)


def _paced(
    lines: Iterator[bytes], pace: Pace, population: Population, plan: Plan, waiting: _Waiting
) -> Iterator[bytes]:
    for line in lines:
        waiting.until(pace.due(population.told / plan.households))
        yield line


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f} families"),
        TextColumn("{task.fields[rate]:,.0f} lines/s"),
        TimeRemainingColumn(compact=True),
        TextColumn("[green]{task.fields[accepted]:,} accepted"),
        TextColumn("[yellow]{task.fields[refused]:,} refused"),
        console=console,
    )


def _shown(verdicts: Iterator[Verdict], population: Population, plan: Plan, bar: Progress) -> Iterator[Verdict]:
    task = bar.add_task("generate", total=plan.households, accepted=0, refused=0, rate=0.0)
    counts: Counter[Verdict] = Counter()
    started = time.monotonic()
    for number, verdict in enumerate(verdicts, start=1):
        counts[verdict] += 1
        if number % _SHOW_EVERY == 0:
            _show(bar, task, counts, population, time.monotonic() - started)
        yield verdict
    _show(bar, task, counts, population, time.monotonic() - started)


def _show(bar: Progress, task: TaskID, counts: Counter[Verdict], population: Population, seconds: float) -> None:
    bar.update(
        task,
        completed=population.told,
        accepted=counts[Verdict.ACCEPTED],
        refused=counts[Verdict.REFUSED],
        rate=counts.total() / max(seconds, 1e-9),
    )
