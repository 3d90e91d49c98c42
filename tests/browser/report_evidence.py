"""The evaluation report of a generated province: `python -m tests.browser.report_evidence docs/evidence`.

Five weeks of a census are sent through intake, whose clock is set to when each form comes, in the order and along the
curve of 2020; lists of staff come first. Validator, deduplicator and aggregator count them. Then everything is
recounted from the log, a dashboard is started on the totals, and its report is kept as PDF and CSV, with what it says
beside the exact totals.
"""

import argparse
import asyncio
import csv
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx
import uvicorn
from playwright.sync_api import sync_playwright
from pymongo import AsyncMongoClient
from rich.console import Console
from starlette.types import ASGIApp

from deploy.engines import connect_or_start
from services.cli.audit.run import run as run_audit
from services.cli.demo.totals import LiveTotals
from services.cli.dev.environment import of_services, settled
from services.cli.dev.plan import DOORS, plan_stages
from services.cli.dev.screen import Screen
from services.cli.dev.supervisor import Supervisor
from services.cli.dev.system import prepare
from services.cli.generate.arrivals import Pace
from services.cli.generate.command import run as run_generate
from services.cli.generate.plan import Plan
from services.cli.generate.sinks import over_http, to_file
from services.cli.known import read_settings
from services.cli.population import figures
from services.cli.roster import LINES
from services.dashboard.app import create_app as dashboard_app
from services.dashboard.wiring import build as build_dashboard
from services.intake.app import create_app as intake_app
from services.intake.metrics import Metrics
from services.intake.wiring import build as build_intake
from shared.domain.census import WIB
from shared.runtime.generations import generation_of
from shared.runtime.partners import Scope, make_key, new_partner
from shared.runtime.partners.mongo import MongoPartners
from shared.runtime.settings import Settings
from tests.browser.chromium import launch
from tests.browser.report_compared import Line, as_table, compare, differing
from tests.running import wait_for

_DAYS: Final = 35
_CHUNK: Final = 50
_OFFICES: Final = 30
"""Of regencies: the longest lists. The lists of the province are those of all its regencies together."""
_REGION: Final = "35"
_NAME: Final = "report-east-java"
_PAGE: Final = """# The evaluation report of a generated province

Made by `python -m tests.browser.report_evidence docs/evidence`: [{name}.pdf]({name}.pdf) is the page `/id/report?region=35`
of a dashboard, printed by Chromium, and [{name}.csv]({name}.csv) the same as CSV. Families, staff and agencies are made up:
{families} families ({lines} lines, {people} people) whose forms came to intake over {days} days, along the curve of 2020, and lists
of staff with {names} names that came on the first of these days. The clock of intake was set to when each form comes;
all else ran as it does.

- Before disclosure control: `cacah audit` recounted everything from the log, days and agencies included, and said
  `{audit}`.
- What changed since last week is counted from the days received: the dashboard was started after the last form.
- Of {offices} agencies {shown} show how many have answered, and all of these figures are the exact ones, those of a week before
  included; of {few} it is said only that fewer than ten have answered, or have not.
- Regions move in steps of ten families or more. Of {regions} regions {held} differ from the exact figures, by
  at most {furthest} people in what is counted and {furthest_week} in what a week added: what was held back then has come since.

{table}
"""


class PastClock:
    """Stands still until it is moved. Seconds since the beginning of the census."""

    def __init__(self, days: int) -> None:
        midnight = datetime.now(WIB).replace(hour=0, minute=0, second=0, microsecond=0)
        self.began = midnight - timedelta(days=days)
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds

    def microseconds(self) -> int:
        return int((self.began.timestamp() + self.passed) * 1_000_000)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--households", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args()
    plan = Plan(households=asked.households, seed=asked.seed, region=_REGION)
    with TemporaryDirectory(prefix="cacah-report-") as state, counting(Path(state)) as settings:
        facts = take_census(settings, plan, Path(state))
        audit = run_audit(settings)
        with serving(dashboard_app(build_dashboard(settings))) as url:
            wait_for(lambda: _is_whole(url))
            text = httpx.get(f"{url}/api/v1/report.csv?region={_REGION}", timeout=30.0).text
            print_report(f"{url}/id/report?region={_REGION}", asked.folder / f"{_NAME}.pdf")
        lines = compare(settings, list(csv.DictReader(StringIO(text))), datetime.now(WIB).date())
    (asked.folder / f"{_NAME}.csv").write_bytes(text.encode())
    (asked.folder / f"{_NAME}.md").write_text(page(facts, audit.last_line(), lines), encoding="utf-8")
    wrong = differing(lines)
    good = audit.ok and not any(line.kind == "agency" for line in wrong) and any(line.shown_week for line in lines)
    sys.stdout.write(
        f"{'OK' if good else 'FAIL'} rows={len(lines)} held_back={len(wrong)} audit: {audit.last_line()}\n"
    )
    return 0 if good else 1


def page(facts: Mapping[str, int], audit: str, lines: Sequence[Line]) -> str:
    """What is kept beside the PDF."""
    wrong, offices = differing(lines), [line for line in lines if line.kind == "agency"]
    furthest = max((line.exact - line.shown for line in wrong if line.shown is not None), default=0)
    furthest_week = max(
        (abs(line.exact_week - line.shown_week) for line in wrong if line.shown_week is not None), default=0
    )
    shown = sum(line.shown is not None for line in offices)
    return _PAGE.format(
        name=_NAME,
        **{name: f"{number:,}" for name, number in facts.items()},
        days=_DAYS,
        audit=audit,
        offices=len(offices),
        shown=shown,
        few=len(offices) - shown,
        regions=len(lines) - len(offices),
        held=len(wrong),
        furthest=furthest,
        furthest_week=furthest_week,
        table=as_table(lines),
    )


@contextmanager
def counting(state: Path) -> Iterator[Settings]:
    """Engines and the three stages; no intake and no dashboard of their own."""
    screen = Screen(Console(stderr=True))
    with connect_or_start(state, on_progress=screen.step) as engines:
        wanted = replace(read_settings({"CACAH_STATE": str(state)}), keys=state / "keys")
        ports = {door.name: 1 for door in DOORS}
        settings = settled(wanted, state=state, endpoints=engines.endpoints, ports=ports)
        prepare(settings)
        stages = plan_stages(
            of_services(settings),
            logs=state / "logs",
            workers=1,
            partitions=settings.partitions,
            persons=generation_of(settings).persons,
        )
        supervisor = Supervisor(stages, screen)
        try:
            supervisor.start()
            supervisor.wait_until_ready()
            yield settings
        finally:
            supervisor.stop()


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """An application on a free port, in a thread."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(lambda: server.started or None)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def take_census(settings: Settings, plan: Plan, folder: Path) -> dict[str, int]:
    """Lists first, then forms as time goes by; returns when all is counted."""
    clock = PastClock(_DAYS)
    run_generate(plan, to_file(folder / "forms.ndjson"), rosters=folder / "lists")
    lists = staff(folder / "lists")
    key = asyncio.run(_partner(settings, frozenset(lists)))
    wiring = build_intake(settings, Metrics(), now=clock.microseconds)
    with serving(intake_app(wiring)) as url:
        enrol(url, key, lists)
        clock.sleep(86_400.0)
        pace = Pace(seconds=(_DAYS - 1) * 86_400.0 - 60.0, curve=figures().arrivals)
        summary = run_generate(
            plan,
            over_http(url, key, chunk=_CHUNK),
            pace=pace,
            clock=clock,
            sleep=clock.sleep,
            progress=Console(stderr=True),
        )
        if not summary.ok:
            raise RuntimeError(summary.last_line())
    people = LiveTotals(settings).wait_until_counted()
    names = sum(map(len, lists.values()))
    return {"families": summary.families, "lines": summary.lines, "people": people, "names": names}


def enrol(url: str, key: str, lists: Mapping[str, Sequence[str]]) -> None:
    with httpx.Client(base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=60.0) as http:
        for agency, lines in lists.items():
            for first in range(0, len(lines), LINES):
                part = "".join(lines[first : first + LINES]).encode()
                http.post(f"/v1/agencies/{agency}/roster", content=part).raise_for_status()


def staff(lists: Path) -> dict[str, list[str]]:
    """Agency -> lines: the longest lists of regencies, and each office of the province with those of all regencies."""
    found = {file.stem: file.read_text(encoding="ascii").splitlines(keepends=True) for file in sorted(lists.iterdir())}
    longest = sorted(found, key=lambda agency: (-len(found[agency]), agency))[:_OFFICES]
    province: dict[str, list[str]] = {}
    for agency, lines in found.items():
        province.setdefault(f"35-{agency.partition('-')[2]}", []).extend(lines)
    return province | {agency: found[agency] for agency in longest}


async def _partner(settings: Settings, agencies: frozenset[str]) -> str:
    key, now = make_key(), datetime.now(UTC).replace(microsecond=0) - timedelta(days=_DAYS + 1)
    scopes: frozenset[Scope] = frozenset({"submit", "roster"})
    made = new_partner("evidence", name="evidence", scopes=scopes, agencies=agencies, key=key, now=now)
    async with AsyncMongoClient[dict[str, Any]](settings.mongo) as client:
        await MongoPartners(client, settings.database).add(made)
    return str(key)


def _is_whole(url: str) -> bool | None:
    """Days first, then what the last one left, then agencies; and pages keep days for some seconds."""
    rows = httpx.get(f"{url}/api/v1/report?region={_REGION}", timeout=30.0).json()["rows"]
    now = httpx.get(f"{url}/api/v1/regions/{_REGION}", timeout=30.0).json()["persons"]
    return (rows[-1]["kind"] == "agency" and rows[0]["counted"] == now) or None


def print_report(url: str, file: Path) -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.goto(url)
        margin = "14mm"
        page.pdf(
            path=file,
            format="A4",
            print_background=True,
            margin={"top": margin, "bottom": margin, "left": margin, "right": margin},
        )
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
