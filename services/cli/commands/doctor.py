"""`cacah doctor`."""

from typing import Annotated

import typer

from services.cli.commands import LOOK, examples


def doctor(json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Check this machine and the system on it; each failure comes with the command that fixes it."""
    from services.cli.doctor.command import run

    raise typer.Exit(run(as_json=json))


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel=LOOK, epilog=examples("cacah doctor", "cacah doctor --json"))(doctor)
