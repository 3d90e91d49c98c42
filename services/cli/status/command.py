"""`cacah status`: once, or again and again."""

import time
from collections.abc import Iterator
from contextlib import closing

from services.cli.console import output, print_json
from services.cli.reach import reach_kafka, reach_mongo
from services.cli.status.screen import render
from shared.runtime.settings import Settings
from shared.streaming.progress.look import Looker
from shared.streaming.progress.model import Status
from shared.streaming.progress.rates import with_rates


def run(settings: Settings, *, as_json: bool, watch: bool, every: float) -> None:
    """`every`: seconds between two looks. Raises Failure where an engine cannot be reached."""
    reach_kafka(settings)
    reach_mongo(settings)
    with closing(Looker(settings)) as looker:
        looks = _looks(looker, every)
        if as_json:
            for status in looks:
                print_json(status.as_json())
                if not watch:
                    return
        console = output()
        if not watch:
            console.print(render(next(looks)))
            return
        _watch(looks)


def _watch(looks: Iterator[Status]) -> None:
    from rich.live import Live

    console = output()
    with Live(console=console, auto_refresh=False, screen=console.is_terminal) as live:
        for status in looks:
            live.update(render(status), refresh=True)


def _looks(looker: Looker, every: float) -> Iterator[Status]:
    before, seen_at = looker.look(), time.monotonic()
    while True:
        time.sleep(every)
        after, now = looker.look(), time.monotonic()
        yield with_rates(before, after, now - seen_at)
        before, seen_at = after, now
