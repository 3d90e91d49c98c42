"""`cacah roster`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands import SEND, examples

_Code = Annotated[str, typer.Argument(metavar="CODE", help="The agency's code.")]
_File = Annotated[
    Path, typer.Argument(metavar="F.ndjson", exists=True, dir_okay=False, help='{"nik": "...", "kind": "asn"} a line.')
]
_Patience = Annotated[float, typer.Option(min=0, help="Seconds to go on trying while intake cannot answer.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document at the end, and no bar.")]


def put(code: _Code, file: _File, patience: _Patience = 60.0, json: _Json = False) -> None:
    """Put people on an agency's roster. Whoever is not in the file stays as they are.

    Intake keeps a keyed hash of each number. Whether they answered before or answer later makes no difference.
    """
    raise typer.Exit(_run(code, file, remove=False, patience=patience, as_json=json))


def rm(code: _Code, file: _File, patience: _Patience = 60.0, json: _Json = False) -> None:
    """Take people off an agency's roster."""
    raise typer.Exit(_run(code, file, remove=True, patience=patience, as_json=json))


def _run(code: str, file: Path, *, remove: bool, patience: float, as_json: bool) -> int:
    from services.cli.api import connect
    from services.cli.console import errors
    from services.cli.roster import run

    with connect() as api:
        progress = None if as_json else errors()
        return run(api, code, file, remove=remove, patience=patience, progress=progress, as_json=as_json)


def register(app: typer.Typer) -> None:
    roster = typer.Typer(help="Who works for an agency; only numbers come out.", no_args_is_help=True)
    added, removed = "cacah roster put 35.09-DISDIK staff.ndjson", "cacah roster rm 35.09-DISDIK left.ndjson"
    roster.command(epilog=examples(added))(put)
    roster.command(epilog=examples(removed))(rm)
    app.add_typer(roster, name="roster", rich_help_panel=SEND, epilog=examples(added, removed))
