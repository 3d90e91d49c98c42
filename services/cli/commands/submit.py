"""`cacah submit`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands import SEND, examples


def submit(
    file: Annotated[Path, typer.Argument(metavar="F.ndjson", help="One form a line; - is standard input.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Send forms to intake, one a line, and say what became of each that was not accepted."""
    from services.cli.known import known_settings
    from services.cli.reach import reach_intake
    from services.cli.submit import run

    raise typer.Exit(run(file, reach_intake(known_settings()), as_json=json))


def register(app: typer.Typer) -> None:
    lines = (
        "cacah submit forms.ndjson",
        "cacah submit --json forms.ndjson > receipts.ndjson",
        "cacah submit - < forms.ndjson",
    )
    app.command(rich_help_panel=SEND, epilog=examples(*lines))(submit)
