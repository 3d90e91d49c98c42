"""`cacah partners`."""

from typing import Annotated

import typer

from services.cli.commands import SET_UP, examples

_Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="Its id: small letters, digits, hyphens.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def add(
    partner: _Partner,
    scope: Annotated[list[str], typer.Option(help="submit, roster, read, operate or draft; may be repeated.")],
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
    agency: Annotated[list[str] | None, typer.Option(help="An agency whose roster it may write; repeated.")] = None,
    json: _Json = False,
) -> None:
    """Add a partner and show its key. The key is shown this once: only its hash is kept."""
    from services.cli.known import known_settings
    from services.cli.partners import run_add

    run_add(known_settings(), partner, name=name or partner, scopes=scope, agencies=agency or [], as_json=json)


def list_(json: _Json = False) -> None:
    """Show partners, what they may do, and when their keys were made, used and end."""
    from services.cli.known import known_settings
    from services.cli.partners import run_list

    run_list(known_settings(), as_json=json)


def rotate(
    partner: _Partner,
    grace: Annotated[
        float, typer.Option(min=0, max=24 * 90, help="Hours for which the keys that there are stay valid.")
    ] = 24.0,
    json: _Json = False,
) -> None:
    """Make a new key and show it this once; the older ones end after the grace."""
    from services.cli.known import known_settings
    from services.cli.partners import run_rotate

    run_rotate(known_settings(), partner, grace_hours=grace, as_json=json)


def revoke(
    partner: _Partner,
    key: Annotated[str, typer.Option(help="End this key only, by its eight symbols.")] = "",
    json: _Json = False,
) -> None:
    """End all keys of a partner for good, within seconds. What it sent stays counted."""
    from services.cli.known import known_settings
    from services.cli.partners import run_revoke

    run_revoke(known_settings(), partner, key_id=key, as_json=json)


def register(app: typer.Typer) -> None:
    partners = typer.Typer(help="Who may send in bulk, write rosters, read reviews and decide.", no_args_is_help=True)
    added = "cacah partners add sekolah-melati --scope submit --name 'SD Melati 3'"
    roster = "cacah partners add dinas-pu --scope roster --agency PU-3509"
    partners.command(epilog=examples(added, roster))(add)
    partners.command("list", epilog=examples("cacah partners list", "cacah partners list --json"))(list_)
    partners.command(epilog=examples("cacah partners rotate sekolah-melati --grace 48"))(rotate)
    ended = ("cacah partners revoke sekolah-melati", "cacah partners revoke sekolah-melati --key 1f00ab3c")
    partners.command(epilog=examples(*ended))(revoke)
    app.add_typer(
        partners, name="partners", rich_help_panel=SET_UP, epilog=examples(added, "cacah partners list --json")
    )
