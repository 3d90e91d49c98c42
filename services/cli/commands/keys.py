"""`cacah keys`."""

import typer

from services.cli.commands import SET_UP, examples


def init() -> None:
    """Make the secrets that are missing; those that are there are left as they are."""
    from services.cli.keys import init_keys
    from services.cli.known import known_settings

    init_keys(known_settings())


def register(app: typer.Typer) -> None:
    keys = typer.Typer(help="The secrets of a system.", no_args_is_help=True)
    lines = ("cacah keys init", "CACAH_KEYS=/run/keys cacah keys init")
    keys.command(epilog=examples(*lines))(init)
    app.add_typer(keys, name="keys", rich_help_panel=SET_UP, epilog=examples(*lines))
