"""`cacah quarantine`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from services.cli.commands import LOOK, examples

_Item = Annotated[str, typer.Argument(metavar="ID", help="Topic, partition and offset, as ls shows them.")]
_Items = Annotated[list[str] | None, typer.Argument(metavar="ID", help="Which; or --code.")]
_Code = Annotated[str, typer.Option(help="Those of this reason.")]
_Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say which they are.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def ls(
    code: _Code = "",
    state: Annotated[Literal["open", "redriven", "discarded", "all"], typer.Option(help="In this state.")] = "open",
    limit: _Limit = 50,
    json: _Json = False,
) -> None:
    """List records that could not be processed: where they are, why, how often they were met."""
    from services.cli.api import connect
    from services.cli.quarantine import run_list

    with connect() as api:
        run_list(api, code=code, state="" if state == "all" else state, limit=limit, as_json=json)


def show(item: _Item, json: _Json = False) -> None:
    """Show one of them and what was done about it. What it holds is not shown."""
    from services.cli.api import connect
    from services.cli.quarantine import run_show

    with connect() as api:
        run_show(api, item, as_json=json)


def open_(
    item: _Item,
    out: Annotated[Path, typer.Option(help="Where to write the bytes; a file that is not there yet.")],
) -> None:
    """Write to a file, for its owner alone, the bytes of a record that was set aside on an inner topic.

    It needs the key folder. Nobody knows what such bytes hold: treat them as personal data.
    """
    from services.cli.aside import open_aside
    from services.cli.known import known_settings

    open_aside(known_settings(), item, out)


def redrive(
    items: _Items = None, code: _Code = "", limit: _Limit = 100, dry_run: _DryRun = False, json: _Json = False
) -> None:
    """Send them through again, as they are: their cause was mended. What is processed twice counts once."""
    from services.cli.api import connect
    from services.cli.quarantine import check_choice, run_redrive

    check_choice(items or [], code)
    with connect() as api:
        raise typer.Exit(run_redrive(api, items or [], code=code, limit=limit, dry_run=dry_run, as_json=json))


def discard(
    reason: Annotated[str, typer.Option(help="Why; no numbers and no names.")],
    items: _Items = None,
    code: _Code = "",
    limit: _Limit = 100,
    dry_run: _DryRun = False,
    json: _Json = False,
) -> None:
    """Say that nothing will be done about them. On an inner topic they are skipped from now on."""
    from services.cli.api import connect
    from services.cli.quarantine import check_choice, run_discard

    check_choice(items or [], code)
    with connect() as api:
        raise typer.Exit(
            run_discard(api, items or [], code=code, limit=limit, reason=reason, dry_run=dry_run, as_json=json)
        )


def register(app: typer.Typer) -> None:
    quarantine = typer.Typer(help="Records that could not be processed.", no_args_is_help=True)
    one = "'sensus.submission.received.v1|1|42'"
    listed = ("cacah quarantine ls", "cacah quarantine ls --code seal-broken --json")
    redriven = (f"cacah quarantine redrive {one}", "cacah quarantine redrive --code seal-broken --limit 500 --dry-run")
    discarded = ("cacah quarantine discard --code not-a-record --reason 'a test that went to the wrong cluster'",)
    quarantine.command(epilog=examples(*listed))(ls)
    quarantine.command(epilog=examples(f"cacah quarantine show {one}"))(show)
    opened = "cacah quarantine open 'sensus.person.claimed.v1.g1|0|17' --out found.bin"
    quarantine.command("open", epilog=examples(opened))(open_)
    quarantine.command(epilog=examples(*redriven))(redrive)
    quarantine.command(epilog=examples(*discarded))(discard)
    app.add_typer(quarantine, name="quarantine", rich_help_panel=LOOK, epilog=examples(*listed, redriven[0]))
