"""`cacah audit`."""

from typing import Annotated

import typer

from services.cli.commands import LOOK, examples


def audit(json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Count again from the submission log alone and compare every cell; exit 1 where they differ."""
    import sys

    from services.cli.audit.run import run
    from services.cli.console import errors
    from services.cli.known import known_settings
    from services.cli.reach import reach_kafka, reach_mongo

    settings, console = known_settings(), errors()
    reach_kafka(settings)
    reach_mongo(settings)
    report = run(settings, say=None if json else lambda line: console.print(line, style="dim", soft_wrap=True))
    sys.stdout.write(report.as_json() + "\n" if json else "".join(f"{line}\n" for line in report.lines()))
    raise typer.Exit(report.exit_code)


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel=LOOK, epilog=examples("cacah audit", "cacah audit --json"))(audit)
