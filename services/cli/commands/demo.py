"""`cacah demo`."""

from typing import Annotated

import typer

from services.cli.commands import RUN, examples


def demo(
    households: Annotated[int, typer.Option(min=1, max=1_000_000, help="Families of the region to make.")] = 20_000,
    region: Annotated[str, typer.Option(help="Code of the region they live in.")] = "35",
    seed: Annotated[int, typer.Option(help="The same seed makes the same families.")] = 1,
    leave: Annotated[
        bool,
        typer.Option("--exit", envvar="DEMO_EXIT", help="Leave with the audit's exit code; always off a terminal."),
    ] = False,
) -> None:
    """Count a province before your eyes: a fresh system, synthetic families, an audit; then it stays up until Ctrl-C."""
    from services.cli.console import output
    from services.cli.demo.command import run

    console = output()
    code = run(households=households, region=region, seed=seed, stay=console.is_terminal and not leave, console=console)
    raise typer.Exit(code)


def register(app: typer.Typer) -> None:
    lines = ("cacah demo", "cacah demo --exit", "cacah demo --region 35.09 --households 5000 --seed 7")
    app.command(rich_help_panel=RUN, epilog=examples(*lines))(demo)
