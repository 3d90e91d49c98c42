"""`cacah generate`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands import SEND, examples


def generate(
    households: Annotated[int, typer.Option("--households", "-n", min=1, help="Families to make.")] = 1000,
    region: Annotated[str, typer.Option(help="Code of the region they live in; 00 is the nation.")] = "00",
    seed: Annotated[int, typer.Option(help="The same seed makes the same families.")] = 1,
    rate: Annotated[float | None, typer.Option(min=0.01, help="Lines a second at most.")] = None,
    over: Annotated[
        float | None, typer.Option(min=1, help="Seconds over which they arrive, like those of 2020: most at the end.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write NDJSON here instead of sending it to intake.")] = None,
    expect: Annotated[Path | None, typer.Option(help="Write the totals that a right system must reach.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write what was made beside what was published.")] = None,
    rosters: Annotated[Path | None, typer.Option(help="Write rosters of agencies into this folder.")] = None,
    to: Annotated[str, typer.Option(metavar="URL", help="Intake, where it is not the one of this machine.")] = "",
    key_file: Annotated[
        Path | None, typer.Option(help="A file with the partner's key, which other machines need.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document at the end, and no bar.")] = False,
) -> None:
    """Make synthetic families, as real ones answer: corrections, repeats, mistakes and garbage among them.

    They are sent to intake over HTTP, or written to a file.
    """
    import sys

    from services.cli.console import errors
    from services.cli.generate.arrivals import EVENLY, Pace
    from services.cli.generate.command import run
    from services.cli.generate.plan import Plan
    from services.cli.generate.sinks import chunk_for, over_http, to_file
    from services.cli.known import known_settings
    from services.cli.population import figures
    from services.cli.reach import reach_intake

    settings = known_settings()
    plan = Plan(households=_checked(households), seed=seed, region=region, census_day=settings.census_day)
    key = key_file.read_text(encoding="utf-8").strip() if key_file else None
    sink = to_file(out) if out else over_http(to or reach_intake(settings), chunk=chunk_for(rate), key=key)
    pace = Pace(rate=rate, seconds=over, curve=figures().arrivals if over else EVENLY) if rate or over else None
    summary = run(
        plan, sink, expect=expect, report=report, rosters=rosters, pace=pace, progress=None if json else errors()
    )
    sys.stdout.write((summary.as_json() if json else summary.last_line()) + "\n")
    raise typer.Exit(summary.exit_code)


def _checked(households: int) -> int:
    from services.cli.generate.plan import MAX_HOUSEHOLDS

    if households > MAX_HOUSEHOLDS:
        raise typer.BadParameter(f"at most {MAX_HOUSEHOLDS:,}", param_hint="--households")
    return households


def register(app: typer.Typer) -> None:
    lines = (
        "cacah generate --region 35.09 --households 1000 --seed 7",
        "cacah generate --region 35 -n 20000 --rate 500",
        "cacah generate --region 00 -n 100000 --out forms.ndjson --expect totals.json",
        "cacah generate --region 35 -n 100000 --out forms.ndjson --report report.md",
        "cacah generate --region 35 -n 20000 --over 120",
        "cacah generate --to https://intake.example --key-file partner.key --region 35.09",
    )
    app.command(rich_help_panel=SEND, epilog=examples(*lines))(generate)
