"""`cacah bench`."""

from typing import Annotated

import typer

from services.cli.commands import LOOK, examples


def latency(
    full: Annotated[float, typer.Option(min=1.0, help="Forms a second that count as the full load.")] = 1500.0,
    seconds: Annotated[float, typer.Option(min=1.0, help="For how long each load is kept up.")] = 20.0,
    share: Annotated[
        list[float] | None, typer.Option(min=0.01, max=1.0, help="Shares of the full load; may be given again.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the families; another one than before, or they count as repeats.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document a load.")] = False,
) -> None:
    """Send synthetic forms by a timetable and measure how long each takes to be accepted, counted and shown.

    They are counted like any others: use a system that is there to be measured.
    """
    import sys

    import msgspec

    from services.cli.bench.latency import Doors, Load, measure
    from services.cli.known import door_url, known_settings
    from services.cli.reach import reach_intake, reach_mongo

    settings = known_settings()
    doors = Doors(reach_intake(settings), door_url(settings, settings.dashboard_port))
    reach_mongo(settings)
    loads = [Load(each, full * each, seconds) for each in share or (0.1, 0.5, 0.9)]
    late = False
    for measured in measure(settings, doors, loads, seed=seed):
        late |= bool(measured.refused or measured.counted.missing or measured.shown.missing)
        if json:
            sys.stdout.write(msgspec.json.encode(measured).decode() + "\n")
            continue
        load = measured.load
        found_by_name = {"accepted": measured.accepted, "counted": measured.counted, "shown": measured.shown}
        for name, found in found_by_name.items():
            sys.stdout.write(
                f"{load.share:4.0%} {load.rate:6.0f} forms/s  {name:8}  p50 {found.p50 * 1e3:7.0f} ms  "
                f"p99 {found.p99 * 1e3:7.0f} ms  p99.9 {found.p999 * 1e3:7.0f} ms  worst {found.worst * 1e3:7.0f} ms  "
                f"forms {found.forms:,}  missing {found.missing + measured.refused:,}\n"
            )
        sys.stdout.flush()
    raise typer.Exit(1 if late else 0)


def register(app: typer.Typer) -> None:
    bench = typer.Typer(help="Measure a system that runs.", no_args_is_help=True)
    lines = ("cacah bench latency --full 1500 --seconds 20", "cacah bench latency --share 0.5 --json")
    bench.command(epilog=examples(*lines))(latency)
    app.add_typer(bench, name="bench", rich_help_panel=LOOK, epilog=examples(lines[0]))
