"""`cacah nik`."""

from datetime import datetime
from typing import Annotated

import typer

from services.cli.commands import LOOK, examples


def nik(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day after which a birth date is in the future; today if left out."
        ),
    ] = None,
) -> None:
    """Read card numbers from standard input, one a line, and say what each tells. No number is printed."""
    import sys

    from services.cli.nik import run
    from shared.domain.census import WIB

    day = as_of.date() if as_of else datetime.now(WIB).date()
    # A line in another encoding is a candidate like any other; it is not right, and the next one may be.
    with open(sys.stdin.fileno(), encoding="utf-8", errors="replace", closefd=False) as lines:
        run(lines, sys.stdout, as_of=day, as_json=json)


def register(app: typer.Typer) -> None:
    lines = ("cacah nik < numbers.txt", "cacah nik --json --as-of 2026-09-01 < numbers.txt")
    app.command(rich_help_panel=LOOK, epilog=examples(*lines))(nik)
