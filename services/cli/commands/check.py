"""`cacah check`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands import SEND, examples


def check(
    file: Annotated[Path, typer.Argument(metavar="F.ndjson", help="One form a line; - is standard input.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day on which the forms are received; today if left out."),
    ] = None,
) -> None:
    """Check forms by the rules without sending them: valid or not, clean or not, the grade, and what to do."""
    import sys

    from services.cli.check import run
    from services.cli.known import known_settings
    from shared.domain.census import WIB
    from shared.domain.rules import Context

    day = as_of.date() if as_of else datetime.now(WIB).date()
    context = Context(received_on=day, census_day=known_settings().census_day)
    raise typer.Exit(run(file, context=context, as_json=json, out=sys.stdout))


def register(app: typer.Typer) -> None:
    lines = ("cacah check forms.ndjson", "cacah check --json - < forms.ndjson")
    app.command(rich_help_panel=SEND, epilog=examples(*lines))(check)
