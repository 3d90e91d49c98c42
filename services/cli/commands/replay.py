"""`cacah replay`."""

from typing import Annotated

import typer

from services.cli.commands import SET_UP, examples


def replay(
    partitions: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Partitions of persons; as many as of submissions if left out.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=16, help="Processes of each stage.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Put the new count in place though it differs.")] = False,
    give_up: Annotated[bool, typer.Option("--give-up", help="Drop a replay that was begun and is unfinished.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Count the submission log anew as a new generation, beside the running system, and put it in the old one's place.

    Nothing of it is heard or seen before the new count has caught up. Then the old ledgers are sealed, one pointer is
    changed, and workers go over by themselves. Interrupted, it goes on where it was when it is called again.
    """
    from services.cli.known import known_settings
    from services.cli.replay.run import give_up_unfinished, replay_and_report

    settings = known_settings()
    if give_up:
        give_up_unfinished(settings, as_json=json)
        return
    replay_and_report(settings, persons=partitions, workers=workers, force=force, as_json=json)


def register(app: typer.Typer) -> None:
    lines = ("cacah replay", "cacah replay --partitions 8 --workers 2", "cacah replay --json", "cacah replay --give-up")
    app.command(rich_help_panel=SET_UP, epilog=examples(*lines))(replay)
