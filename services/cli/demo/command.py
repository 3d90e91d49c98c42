"""`cacah demo`: a fresh system, a province of families, an audit, and the totals beside what they must be."""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from services.cli.audit.report import AuditReport
from services.cli.audit.run import run as run_audit
from services.cli.demo.staff import PERIOD, Offices
from services.cli.demo.totals import LiveTotals
from services.cli.dev.banner import show
from services.cli.dev.screen import Screen
from services.cli.dev.signals import Stopped, stoppable
from services.cli.dev.state import fleeting_state
from services.cli.dev.system import DevSystem, running_system
from services.cli.errors import ExitCode
from services.cli.generate.command import run as run_generate
from services.cli.generate.plan import Plan
from services.cli.generate.sinks import over_http
from services.cli.known import intake_url, read_settings
from shared.domain.regions import catalogue

_LARGEST = 10
_FEWEST_CELLS = 1000


def run(*, households: int, region: str, seed: int, stay: bool, console: Console) -> int:
    """The exit code: that of the audit, or 1 where a total is not the expected one.

    Raises:
        EngineError, Failure, KeysError, TopicsError: the system cannot start; nothing is left running.
    """
    code = int(ExitCode.FOUND)
    with stoppable(), fleeting_state(None) as folder:
        try:
            environment = {**PERIOD, **os.environ}
            with running_system(folder, screen=Screen(console), workers=1, environment=environment) as system:
                show(console, system.running(), title="Cacah is running")
                code = _count(system, Plan(households=households, seed=seed, region=region), folder, console)
                if stay:
                    show(console, system.running(), title="still running: Ctrl-C stops and deletes it")
                    system.keep()
        except Stopped:
            console.print("stopped")
    return code


def _count(system: DevSystem, plan: Plan, folder: Path, console: Console) -> int:
    settings = read_settings(system.running().settings)
    expected_file = folder / "expected.json"
    started = time.monotonic()
    with Offices(plan, settings, folder / "lists") as offices:
        summary = run_generate(
            plan, over_http(intake_url(settings)), expect=expected_file, progress=console, listen=[offices.add]
        )
        offices.send()
    console.print(summary.last_line(), soft_wrap=True)
    seen_at = f"{system.running().urls['dashboard']}/id/agencies?region={plan.region}"
    console.print(
        f"{len(offices.codes)} offices sent lists with {offices.sent:,} names of their staff: {seen_at}", soft_wrap=True
    )
    live = LiveTotals(settings)
    people = live.wait_until_counted()
    seconds = time.monotonic() - started
    report = run_audit(settings, say=lambda line: console.print(line, style="dim", soft_wrap=True))
    expected: Mapping[str, Mapping[str, int]] = json.loads(expected_file.read_bytes())["regions"]
    right = _show_totals(expected, live.persons(list(expected)), plan.region, console)
    console.print(
        f"{people:,} people counted in {seconds:.1f} s, from the first form sent: {people / seconds:,.0f} a second"
    )
    for line in report.lines():
        console.print(line, soft_wrap=True)
    return _verdict(report, right)


def _verdict(report: AuditReport, right: bool) -> int:
    enough = report.cells >= _FEWEST_CELLS
    return report.exit_code if report.exit_code or (right and enough) else int(ExitCode.FOUND)


def _show_totals(
    expected: Mapping[str, Mapping[str, int]], counted: Mapping[str, int], region: str, console: Console
) -> bool:
    """Whether every region has the people that it must have."""
    names = catalogue()
    below = [code for code in expected if len(code) == len("35.09") and (region == "00" or code.startswith(region[:2]))]
    below.sort(key=lambda code: -expected[code].get("persons", 0))
    table = Table("Region", "", "Counted", "Expected", "")
    for code in below[:_LARGEST]:
        found, wanted = counted.get(code, 0), expected[code].get("persons", 0)
        table.add_row(code, names.name(code), f"{found:,}", f"{wanted:,}", "same" if found == wanted else "DIFFERS")
    console.print(table)
    return all(counted.get(code, 0) == cells.get("persons", 0) for code, cells in expected.items())
