"""`cacah calendar`: when forms are taken, as intake holds to it."""

from datetime import date, datetime
from typing import Any, Final

from services.cli.api import Api, connect
from services.cli.console import output, print_json
from services.cli.errors import ExitCode, Failure
from services.cli.reach import reach_intake
from shared.domain.census import WIB
from shared.runtime.settings import Settings

Json = dict[str, Any]
_LINES: Final = (
    ("census_day", "census day"),
    ("opens_at", "opens"),
    ("deadline", "deadline"),
    ("extended_to", "extended to"),
    ("partners_until", "partners until"),
    ("by", "set by"),
)


def run_show(settings: Settings, *, as_json: bool) -> None:
    """Raises Failure."""
    with Api(reach_intake(settings), "") as api:
        _print(api.get("/v1/calendar"), as_json=as_json)


def run_set(
    settings: Settings,
    *,
    census_day: str,
    times: dict[str, str],
    as_json: bool,
) -> None:
    """Raises Failure. `times`: by name, empty where there is none."""
    day = settings.census_day if not census_day else _day(census_day)
    body = {"census_day": day.isoformat()} | {name: _moment(name, text) for name, text in times.items() if text}
    with connect() as api:
        _print(api.post("/v1/calendar", body), as_json=as_json)


def _print(said: Json, *, as_json: bool) -> None:
    if as_json:
        print_json(said)
        return
    calendar = said["calendar"]
    if calendar is None:
        output().print("there is no calendar: forms are taken at any time")
    else:
        for name, words in _LINES:
            if calendar.get(name):
                output().print(f"{words:15} {_shown(calendar[name])}", markup=False)
    if said["closed_at"] is not None:
        output().print(f"{'closed for good':15} {_shown(said['closed_at'])}", markup=False)
    output().print(f"now: {said['households']} for households, {said['partners']} for partners".replace("_", " "))


def _shown(text: str) -> str:
    if "T" not in text:
        return text
    return f"{datetime.fromisoformat(text).astimezone(WIB):%Y-%m-%d %H:%M:%S} WIB"


def _moment(name: str, text: str) -> str:
    """RFC 3339. A time without a zone is Jakarta's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        option = name.replace("_", "-")
        fix = "write it like 2026-10-01T00:00, Jakarta's time, or with a zone"
        raise Failure(f"--{option} is no time", fix=fix, code=ExitCode.USAGE) from None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=WIB)).isoformat()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Failure("--census-day is no day", fix="write it like 2026-09-01", code=ExitCode.USAGE) from None
