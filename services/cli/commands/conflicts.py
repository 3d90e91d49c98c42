"""`cacah conflicts`."""

from typing import Annotated, Literal

import typer

from services.cli.commands import LOOK, examples

_Conflict = Annotated[str, typer.Argument(metavar="CONFLICT", help="Its id, 32 hexadecimal digits.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_Why = Literal["moved", "same-family", "wrong-number", "visited", "other"]
_Reason = Annotated[_Why, typer.Option(help="Why: it goes onto the log with who decided.")]
_Seen = Annotated[str, typer.Option(help="Decide only if the claims are still those of this version.")]


def ls(
    state: Annotated[
        Literal["open", "settled", "dismissed", "all"], typer.Option(help="Reviews in this state.")
    ] = "open",
    kind: Annotated[
        Literal["person", "headless", "household", "all"], typer.Option(help="Reviews of this kind.")
    ] = "all",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    json: _Json = False,
) -> None:
    """List what several households claim, cards that several senders filled in, and households without a head."""
    from services.cli.api import connect
    from services.cli.conflicts import run_list

    with connect() as api:
        run_list(
            api, state="" if state == "all" else state, kind="" if kind == "all" else kind, limit=limit, as_json=json
        )


def show(conflict: _Conflict, json: _Json = False) -> None:
    """Show the claims of one review side by side: regions and times, nothing that names anybody."""
    from services.cli.api import connect
    from services.cli.conflicts import run_show

    with connect() as api:
        run_show(api, conflict, as_json=json)


def settle(
    conflict: _Conflict,
    reason: _Reason,
    count: Annotated[str, typer.Option(metavar="CLAIMANT", help="The person counts where this one says.")] = "",
    withdraw: Annotated[str, typer.Option(metavar="CLAIMANT", help="Of one card's forms, this one is withdrawn.")] = "",
    seen: _Seen = "",
    json: _Json = False,
) -> None:
    """Decide a review. The decision is an event on the log and lapses when a claim changes."""
    from services.cli.api import connect
    from services.cli.conflicts import run_settle

    with connect() as api:
        run_settle(api, conflict, count=count, withdraw=withdraw, reason=reason, seen=seen, as_json=json)


def dismiss(conflict: _Conflict, reason: _Reason, seen: _Seen = "", json: _Json = False) -> None:
    """Say that there is nothing to settle. Also an event on the log; the review opens again when a claim changes."""
    from services.cli.api import connect
    from services.cli.conflicts import run_dismiss

    with connect() as api:
        run_dismiss(api, conflict, reason=reason, seen=seen, as_json=json)


def register(app: typer.Typer) -> None:
    conflicts = typer.Typer(help="What people should look at, and decisions on it.", no_args_is_help=True)
    one = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    listed = ("cacah conflicts ls", "cacah conflicts ls --kind headless --json")
    settled = f"cacah conflicts settle {one} --count 3fa9 --reason moved"
    withdrawn = f"cacah conflicts settle {one} --withdraw 3fa9 --reason wrong-number"
    conflicts.command(epilog=examples(*listed))(ls)
    conflicts.command(epilog=examples(f"cacah conflicts show {one}"))(show)
    conflicts.command(epilog=examples(settled, withdrawn))(settle)
    conflicts.command(epilog=examples(f"cacah conflicts dismiss {one} --reason same-family"))(dismiss)
    app.add_typer(conflicts, name="conflicts", rich_help_panel=LOOK, epilog=examples(*listed, settled))
