"""`cacah topics`."""

from typing import Annotated

import typer

from services.cli.commands import SET_UP, examples


def apply(json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Create the topics that are missing. One that is there with other settings is a refusal, and nothing is changed."""
    from services.cli.known import known_settings
    from services.cli.topics import apply_specs

    apply_specs(known_settings(), as_json=json)


def show(json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Show every topic, as it should be and as it is; exit 1 where they differ."""
    from services.cli.known import known_settings
    from services.cli.topics import show_topics

    raise typer.Exit(show_topics(known_settings(), as_json=json))


def register(app: typer.Typer) -> None:
    topics = typer.Typer(help="Create topics, and compare them with what they should be.", no_args_is_help=True)
    topics.command(epilog=examples("cacah topics apply", "CACAH_PARTITIONS=8 cacah topics apply --json"))(apply)
    topics.command(epilog=examples("cacah topics show", "cacah topics show --json"))(show)
    lines = ("cacah topics show", "cacah topics apply")
    app.add_typer(topics, name="topics", rich_help_panel=SET_UP, epilog=examples(*lines))
