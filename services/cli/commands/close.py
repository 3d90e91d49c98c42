"""`cacah close`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands import SET_UP, examples


def close(
    out: Annotated[Path, typer.Option(help="Where the signed totals go.")] = Path("final-totals.json"),
    verify: Annotated[
        Path | None, typer.Option(help="Verify signed totals instead; no system is needed.", exists=True)
    ] = None,
    keys: Annotated[
        Path | None, typer.Option(help="To verify with, as /.well-known/jwks.json has them; else the system's own.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """End the census: audit it, and sign the totals of every region and agency, once and for good.

    The dashboard then shows what was signed and nothing newer, as final; what it shows is signed too, for the public.
    Intake takes nothing more, whatever the calendar says later. Refused while the calendar lets forms in, while anything
    waits to be counted or is set aside undecided, and where the audit differs.
    """
    from services.cli.close.command import run_close, run_verify
    from services.cli.known import known_settings

    if verify is not None:
        raise typer.Exit(run_verify(known_settings(), verify, keys=keys, as_json=json))
    run_close(known_settings(), out, as_json=json)


def register(app: typer.Typer) -> None:
    lines = ("cacah close --out final-totals.json", "cacah close --verify final-totals.json --keys jwks.json")
    app.command(rich_help_panel=SET_UP, epilog=examples(*lines))(close)
