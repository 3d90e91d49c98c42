"""`cacah calendar`."""

from typing import Annotated

import typer

from services.cli.commands import SET_UP, examples

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def show(json: _Json = False) -> None:
    """Show when forms are taken, and whether they are now."""
    from services.cli.calendar import run_show
    from services.cli.known import known_settings

    run_show(known_settings(), as_json=json)


def set_(
    opens_at: Annotated[str, typer.Option(help="From when on; 2026-09-01T00:00 is Jakarta's time.")],
    deadline: Annotated[str, typer.Option(help="The first moment that is too late.")],
    extended_to: Annotated[str, typer.Option(help="A later deadline, announced as an extension.")] = "",
    partners_until: Annotated[str, typer.Option(help="For partners, who send what they collected in time.")] = "",
    census_day: Annotated[str, typer.Option(help="As in CACAH_CENSUS_DAY, which it may not differ from.")] = "",
    json: _Json = False,
) -> None:
    """Set the calendar, as an event on the log, with who, by the key in CACAH_PARTNER_KEY. Intake refuses forms outside it within
    seconds."""
    from services.cli.calendar import run_set
    from services.cli.known import known_settings

    times = {
        "opens_at": opens_at,
        "deadline": deadline,
        "extended_to": extended_to,
        "partners_until": partners_until,
    }
    run_set(known_settings(), census_day=census_day, times=times, as_json=json)


def register(app: typer.Typer) -> None:
    calendar = typer.Typer(help="When the census takes forms.", no_args_is_help=True)
    line = "cacah calendar set --opens-at 2026-09-01T00:00 --deadline 2026-10-01T00:00"
    calendar.command(epilog=examples("cacah calendar show", "cacah calendar show --json"))(show)
    calendar.command("set", epilog=examples(line))(set_)
    app.add_typer(calendar, name="calendar", rich_help_panel=SET_UP, epilog=examples("cacah calendar show", line))
