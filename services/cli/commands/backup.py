"""`cacah backup` and `cacah restore`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands import SET_UP, examples

_Passphrase = Annotated[
    Path | None, typer.Option("--keys-with", help="A file with the passphrase that encrypts the keys; none, no keys.")
]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder.")], keys_with: _Passphrase = None, json: _Json = False
) -> None:
    """Write what MongoDB holds of the live generation, as of one moment, and what belongs to none (partners).

    Keys are left out unless a passphrase is given. The submission log is never in it: a restore counts it again.
    """
    from services.cli.backup.command import backup_and_report
    from services.cli.known import known_settings

    backup_and_report(known_settings(), folder, keys_with=keys_with, as_json=json)


def restore(
    folder: Annotated[Path, typer.Argument(help="What cacah backup wrote.")],
    keys_with: _Passphrase = None,
    json: _Json = False,
) -> None:
    """Put a backup into an empty database, count the log as a new generation, and put that in place.

    Says what of the log was counted when the backup was made and is gone: that cannot be restored.
    """
    from services.cli.backup.command import restore_and_report
    from services.cli.known import known_settings

    restore_and_report(known_settings(), folder, keys_with=keys_with, as_json=json)


def register(app: typer.Typer) -> None:
    lines = ("cacah backup /safe/2026-11-25", "cacah backup /safe/2026-11-25 --keys-with passphrase.txt --json")
    app.command(rich_help_panel=SET_UP, epilog=examples(*lines))(backup)
    lines = ("cacah restore /safe/2026-11-25", "cacah restore /safe/2026-11-25 --keys-with passphrase.txt --json")
    app.command(rich_help_panel=SET_UP, epilog=examples(*lines))(restore)
