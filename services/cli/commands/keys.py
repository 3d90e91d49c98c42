"""`cacah keys`."""

from datetime import datetime
from typing import Annotated

import typer

from services.cli.commands import SET_UP, examples


def init() -> None:
    """Make the secrets that are missing; those that are there are left as they are."""
    from services.cli.keys import init_keys
    from services.cli.known import known_settings

    init_keys(known_settings())


def new(
    days: Annotated[int, typer.Option(help="How many days ahead.", min=0, max=400)] = 1,
) -> None:
    """Make payload keys ahead: for today and the days after it. Intake makes a missing one itself where it may write."""
    from services.cli.keys import new_keys
    from services.cli.known import known_settings

    new_keys(known_settings(), days)


def show(as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """Name every secret, its state and its age; none is shown."""
    from services.cli.keys import list_keys
    from services.cli.known import known_settings

    list_keys(known_settings(), as_json=as_json)


def shred(
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The day, in western Indonesian time.")],
    give_up_recounting: Annotated[
        bool,
        typer.Option("--give-up-recounting", help="Keep no opening balance: the log cannot be counted again then."),
    ] = False,
) -> None:
    """Destroy the payload key of a day, once its signed opening balance is kept, by which audit and replay go on.

    Refused until every stage has counted the day, and where the log counts otherwise with the balance than with the key.
    """
    from services.cli.known import known_settings
    from services.cli.shredding.command import shred as shred_day

    shred_day(known_settings(), day.date(), give_up_recounting=give_up_recounting)


def register(app: typer.Typer) -> None:
    keys = typer.Typer(help="The secrets of a system.", no_args_is_help=True)
    lines = ("cacah keys init", "CACAH_KEYS=/run/keys cacah keys init", "cacah keys list")
    keys.command(epilog=examples(*lines[:2]))(init)
    keys.command(epilog=examples("cacah keys new --days 30"))(new)
    keys.command("list", epilog=examples("cacah keys list", "cacah keys list --json"))(show)
    keys.command(epilog=examples("cacah keys shred 2026-09-01", "cacah keys shred 2026-09-01 --give-up-recounting"))(
        shred
    )
    app.add_typer(keys, name="keys", rich_help_panel=SET_UP, epilog=examples(*lines))
