"""`cacah doctor`: every check, one line each; exit 1 where one is bad."""

from rich.table import Table
from rich.text import Text

from services.cli.console import output, print_json
from services.cli.doctor.checks import CHECKS
from services.cli.doctor.model import Finding, Outcome, Patient
from services.cli.errors import ExitCode
from services.cli.known import known_settings, state_folder
from services.cli.running import find_running

_MARKS = {
    Outcome.GOOD: ("ok", "green"),
    Outcome.WARNING: ("warn", "yellow"),
    Outcome.BAD: ("BAD", "bold red"),
    Outcome.SKIPPED: ("-", "dim"),
}


def run(*, as_json: bool) -> ExitCode:
    patient = Patient(known_settings(), find_running(state_folder()))
    findings = [(check.name, check.look(patient)) for check in CHECKS]
    if as_json:
        print_json([_row(name, finding) for name, finding in findings])
    else:
        output().print(_table(findings))
    return ExitCode.FOUND if any(finding.outcome is Outcome.BAD for _, finding in findings) else ExitCode.GOOD


def _row(name: str, finding: Finding) -> dict[str, str]:
    return {"check": name, "outcome": finding.outcome, "says": finding.says, "fix": finding.fix}


def _table(findings: list[tuple[str, Finding]]) -> Table:
    table = Table(show_header=False, box=None)
    table.add_column(no_wrap=True)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, finding in findings:
        mark, style = _MARKS[finding.outcome]
        says = Text(finding.says)
        if finding.fix:
            says.append(f"\n  fix: {finding.fix}", style="bold" if finding.outcome is Outcome.BAD else "dim")
        table.add_row(Text(mark, style=style), name, says)
    return table
