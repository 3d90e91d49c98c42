"""`cacah targets`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands import SET_UP, examples

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def load(
    file: Annotated[Path, typer.Argument(help="CSV with the columns subject,number,source,date.", dir_okay=False)],
    json: _Json = False,
) -> None:
    """Take known numbers of regions and agencies, which shares are measured against.

    `subject` is the code of a region or an agency. A number that was loaded before is replaced; the others stay.
    """
    from services.cli.known import known_settings
    from services.cli.targets import run_load

    run_load(known_settings(), file, as_json=json)


def list_(json: _Json = False) -> None:
    """Show the known numbers, and where each is from."""
    from services.cli.known import known_settings
    from services.cli.targets import run_list

    run_list(known_settings(), as_json=json)


def register(app: typer.Typer) -> None:
    targets = typer.Typer(help="Known numbers that counts are measured against.", no_args_is_help=True)
    targets.command(epilog=examples("cacah targets load kabupaten.csv"))(load)
    targets.command("list", epilog=examples("cacah targets list", "cacah targets list --json"))(list_)
    app.add_typer(targets, name="targets", rich_help_panel=SET_UP, epilog=examples("cacah targets load kabupaten.csv"))
