"""`cacah receipt`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands import LOOK, examples

_Source = Annotated[
    str, typer.Argument(metavar="TOKEN|FILE", help="A token, a file of tokens or of intake's answers, or - for a pipe.")
]
_Keys = Annotated[
    Path | None, typer.Option(help="Public keys, as /.well-known/jwks.json has them; else this system's own.")
]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def verify(source: _Source, keys: _Keys = None, json: _Json = False) -> None:
    """Say whether receipts are genuine, with no network and no secret; exit 1 where one is not."""
    from services.cli.known import known_settings
    from services.cli.receipts import run_verify

    raise typer.Exit(run_verify(known_settings(), source, keys=keys, as_json=json))


def show(
    source: _Source,
    keys: _Keys = None,
    qr: Annotated[bool, typer.Option("--qr", help="Draw the first one as a QR code.")] = False,
    svg: Annotated[Path | None, typer.Option(help="Write that QR code to this file.")] = None,
    json: _Json = False,
) -> None:
    """Show what receipts say: when a form came, and where in the log it is."""
    from services.cli.known import known_settings
    from services.cli.receipts import run_show

    raise typer.Exit(run_show(known_settings(), source, keys=keys, svg=svg, qr=qr, as_json=json))


def keys() -> None:
    """Print the public keys that verify this system's receipts, as a JSON Web Key Set."""
    from services.cli.known import known_settings
    from services.cli.receipts import run_keys

    run_keys(known_settings())


def register(app: typer.Typer) -> None:
    receipt = typer.Typer(help="Receipts, checked by anyone.", no_args_is_help=True)
    lines = ("cacah receipt verify answer.json --keys jwks.json", "cacah receipt verify results.ndjson")
    receipt.command(epilog=examples(*lines))(verify)
    receipt.command(epilog=examples("cacah receipt show answer.json --qr"))(show)
    receipt.command(epilog=examples("cacah receipt keys > jwks.json"))(keys)
    app.add_typer(receipt, name="receipt", rich_help_panel=LOOK, epilog=examples(*lines))
