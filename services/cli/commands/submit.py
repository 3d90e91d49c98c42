"""`cacah submit`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands import SEND, examples


def submit(
    file: Annotated[Path, typer.Argument(metavar="F.ndjson", help="One form a line; - is standard input.")],
    to: Annotated[str, typer.Option(metavar="URL", help="Intake, where it is not the one of this machine.")] = "",
    key_file: Annotated[
        Path | None, typer.Option(help="A file with the partner's key, which other machines need.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Send forms to intake, one a line, and say what became of each that was not accepted."""
    from services.cli.known import known_settings
    from services.cli.reach import reach_intake
    from services.cli.submit import run

    key = key_file.read_text(encoding="utf-8").strip() if key_file else None
    raise typer.Exit(run(file, to or reach_intake(known_settings()), key=key, as_json=json))


def register(app: typer.Typer) -> None:
    lines = (
        "cacah submit forms.ndjson",
        "cacah submit --json forms.ndjson > receipts.ndjson",
        "cacah submit - < forms.ndjson",
        "cacah submit --to https://intake.example --key-file partner.key forms.ndjson",
    )
    app.command(rich_help_panel=SEND, epilog=examples(*lines))(submit)
