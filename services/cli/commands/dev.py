"""`cacah dev`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands import RUN, examples


def dev(
    workers: Annotated[int, typer.Option(min=1, max=16, help="Processes of each stage.")] = 1,
    state: Annotated[
        Path | None, typer.Option(help="Where data, keys and logs are kept; CACAH_STATE or .cacah if left out.")
    ] = None,
    ephemeral: Annotated[bool, typer.Option("--ephemeral", help="Use a new folder and delete it at the end.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop the system that runs.")] = False,
) -> None:
    """Run Kafka, MongoDB and every service on this machine until Ctrl-C.

    Servers that CACAH_KAFKA and CACAH_MONGO name are used instead of local ones.
    A second start shows where the first one is.
    """
    from services.cli.console import output
    from services.cli.known import state_folder

    usual = state.absolute() if state else state_folder()
    if stop:
        _stop(usual)
        return
    from services.cli.dev.command import run

    run(state.absolute() if state else None, usual=usual, workers=workers, ephemeral=ephemeral, console=output())


def _stop(state: Path) -> None:
    from services.cli.console import output
    from services.cli.dev.stop import stop_running

    pid = stop_running(state)
    output().print(f"nothing runs in {state}" if pid is None else f"stopped process {pid} in {state}", soft_wrap=True)


def register(app: typer.Typer) -> None:
    lines = ("cacah dev", "cacah dev --workers 2", "cacah dev --ephemeral", "cacah dev --stop")
    app.command(rich_help_panel=RUN, epilog=examples(*lines))(dev)
