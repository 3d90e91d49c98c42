"""`cacah check`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands import SEND, examples


def check(
    file: Annotated[Path, typer.Argument(metavar="F.ndjson", help="One form a line; - is standard input.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Check forms by the rules without sending them: valid or not, clean or not, the grade, and what to do."""
    from services.cli.check import run
    from services.cli.known import known_settings

    raise typer.Exit(run(file, census_day=known_settings().census_day, as_json=json))


def register(app: typer.Typer) -> None:
    lines = ("cacah check forms.ndjson", "cacah check --json - < forms.ndjson")
    app.command(rich_help_panel=SEND, epilog=examples(*lines))(check)
