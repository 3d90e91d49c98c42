"""`cacah status`."""

from typing import Annotated

import typer

from services.cli.commands import LOOK, examples


def status(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document a look.")] = False,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Look again and again until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option(min=0.1, max=3600, help="Seconds between two looks.")] = 1.0,
) -> None:
    """Show how far each stage is, what is counted, and what was refused and why."""
    from services.cli.known import known_settings
    from services.cli.status.command import run

    run(known_settings(), as_json=json, watch=watch, every=every)


def register(app: typer.Typer) -> None:
    lines = ("cacah status", "cacah status --watch", "cacah status --json | jq .behind_seconds")
    app.command(rich_help_panel=LOOK, epilog=examples(*lines))(status)
