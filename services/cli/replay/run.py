"""`cacah replay` for people and for programs."""

import sys
from dataclasses import asdict

from services.cli.console import errors, output, print_json
from services.cli.dev.signals import Stopped, stoppable
from services.cli.errors import Failure
from services.cli.replay.command import Wishes, run
from services.cli.replay.generation import give_up
from shared.runtime.generations import database_of
from shared.runtime.settings import Settings


def replay_and_report(settings: Settings, *, persons: int | None, workers: int, force: bool, as_json: bool) -> None:
    """Raises Failure."""
    console = errors() if as_json else output()
    with stoppable():
        try:
            report = run(settings, Wishes(persons, workers, force), console)
        except Stopped:
            raise Failure("stopped; what is live was not touched", fix="to go on: cacah replay") from None
    if as_json:
        print_json(asdict(report))
    else:
        sys.stdout.write(report.line() + "\n")


def give_up_unfinished(settings: Settings, *, as_json: bool) -> None:
    with database_of(settings) as database:
        name = give_up(database)
    if as_json:
        print_json({"given_up": name})
    else:
        sys.stdout.write("no replay is unfinished\n" if name is None else f"{name} is given up\n")
