"""Closing a census, and verifying how it ended."""

import hashlib
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient

from services.cli.audit.log import Log
from services.cli.audit.report import AuditReport
from services.cli.audit.run import run as audit
from services.cli.close.reading import Closing
from services.cli.console import errors, print_json
from services.cli.errors import ExitCode, Failure
from services.cli.reach import reach_kafka, reach_mongo
from services.cli.receipts import public_keys
from shared.contracts.final_totals import (
    FinalTotals,
    FinalTotalsError,
    PublicFigures,
    are_figures,
    encode_signed,
    sign_figures,
    sign_totals,
    unequal_sums,
    verify_figures,
    verify_totals,
)
from shared.contracts.topics import SUBMISSIONS
from shared.runtime.keys import load_keys
from shared.runtime.settings import Settings
from shared.streaming.admin import topic_identity

Json = dict[str, Any]
_SHOWN: Final = ("persons", "households")
_DASHBOARD_SECONDS: Final = 20.0
_LOOK_SECONDS: Final = 0.25
_WRITES: Final = "something still writes to the log: cacah status, then close again"


def run_close(settings: Settings, file: Path, *, as_json: bool) -> None:
    """Raises Failure where the census is open, something waits to be counted, or the audit finds a difference."""
    reach_kafka(settings)
    reach_mongo(settings)
    if file.exists():
        raise Failure(f"{file} is there already", fix="give another --out", code=ExitCode.USAGE)
    keys = load_keys(settings.keys, settings.kek)
    with MongoClient[Json](settings.mongo, serverSelectionTimeoutMS=10_000, appname="cacah-close") as client:
        closing = Closing(client, settings.database)
        signed = closing.known()
        if signed is None:
            _require_ended(closing)
            _require_decided(closing)
            totals = _counted(settings, closing, None if as_json else _tell)
            made = encode_signed(sign_totals(totals, keys.receipt[keys.signing]))
            # Another one may have been quicker; there is one end.
            signed = made if closing.keep(made, totals) else closing.known() or made
        file.write_bytes(signed + b"\n")
        totals = verify_totals(signed, public_keys(settings, None))
        _sign_figures(closing, signed, totals, keys.receipt[keys.signing])
    _tell_late(settings, totals)
    _print(totals, str(file), as_json=as_json)


def _sign_figures(closing: Closing, signed: bytes, totals: FinalTotals, secret: bytes) -> None:
    """What the public sees from now on. Where no dashboard takes its last step it is said, and done by another call."""
    deadline = time.monotonic() + _DASHBOARD_SECONDS
    while (shown := closing.shown()) is None:
        if time.monotonic() > deadline:
            _tell("no dashboard has taken its last step: start one and call this again, to sign what the public sees")
            return
        time.sleep(_LOOK_SECONDS)
    figures = PublicFigures(
        version=1,
        census_day=totals.census_day,
        closed_at=totals.closed_at,
        step=shown.step,
        totals=hashlib.sha256(signed).hexdigest(),
        regions=shown.regions,
        agencies=shown.agencies,
    )
    closing.keep_figures(encode_signed(sign_figures(figures, secret)))
    of = f"{len(shown.regions):,} regions and {len(shown.agencies):,} agencies"
    _tell(f"public figures of {of} are signed: /api/v1/final of the dashboard")


def run_verify(settings: Settings, file: Path, *, keys: Path | None, as_json: bool) -> int:
    """The exit code. Needs no network and no secret where `keys` are given. Raises Failure."""
    document, known = file.read_bytes().strip(), public_keys(settings, keys)
    try:
        if are_figures(document):
            return _print_figures(verify_figures(document, known), str(file), as_json=as_json)
        totals = verify_totals(document, known)
    except FinalTotalsError as problem:
        if as_json:
            print_json({"ok": False, "reason": str(problem)})
        else:
            sys.stdout.write(f"FAIL {problem}\n")
        return ExitCode.FOUND
    wrong = sorted(unequal_sums(totals))
    if wrong:
        sys.stdout.write(f"FAIL regions={len(wrong)} do not add up, first={wrong[0]}\n")
        return ExitCode.FOUND
    _print(totals, str(file), as_json=as_json)
    return ExitCode.GOOD


def _require_ended(closing: Closing) -> None:
    calendar = closing.calendar()
    fix = "cacah calendar set --opens-at ... --deadline ..., then wait until it is over for partners too"
    if calendar is None:
        raise Failure("the census has no calendar, so its door is open", fix=fix)
    ends_at = calendar.calendar().ends_at
    if time.time_ns() // 1000 < ends_at:
        moment = datetime.fromtimestamp(ends_at / 1_000_000, UTC).isoformat()
        raise Failure(f"the census takes forms until {moment}", fix=fix)


def _require_decided(closing: Closing) -> None:
    """What was accepted and set aside can only be processed as long as the log takes it again."""
    undecided = closing.undecided()
    if undecided:
        raise Failure(
            f"{undecided:,} records are set aside, and after the closing none of them could be counted any more",
            fix="cacah quarantine ls --state open, then redrive or discard each",
        )


def _counted(settings: Settings, closing: Closing, tell: Callable[[str], None] | None) -> FinalTotals:
    report: AuditReport = audit(settings, say=tell)
    if not report.ok:
        raise Failure(f"the audit does not agree: {report.last_line()}", fix="cacah audit")
    totals = closing.totals(
        report,
        census_day=settings.census_day,
        topic_id=topic_identity(settings.kafka, SUBMISSIONS).id,
        closed_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )
    if tuple(totals.positions) != report.positions:
        message = f"counted up to {list(totals.positions)}, audited up to {list(report.positions)}"
        raise Failure(message, fix=_WRITES)
    # All of it, at the last moment before it is signed: the calendar may have been set anew during the audit.
    ends = _ends(settings)
    if ends != tuple(totals.positions):
        raise Failure(f"counted up to {list(totals.positions)}, and the log ends at {list(ends)}", fix=_WRITES)
    return totals


def _tell_late(settings: Settings, totals: FinalTotals) -> None:
    """Every intake knows of the closing within a second or two. What it took until then is counted, and not signed."""
    late = sum(_ends(settings)) - sum(totals.positions)
    if late:
        _tell(f"{late:,} records came onto the log after the closing: in the live totals, not in the signed ones")


def _ends(settings: Settings) -> tuple[int, ...]:
    log = Log(settings.kafka)
    try:
        return log.ends()
    finally:
        log.close()


def _print(totals: FinalTotals, file: str, *, as_json: bool) -> None:
    nation = totals.regions.get("00", {})
    facts: Json = {name: nation.get(name, 0) for name in _SHOWN} | {
        "regions": len(totals.regions),
        "agencies": len(totals.agencies),
        "cells": totals.cells,
        "records": totals.records,
        "closed_at": totals.closed_at,
    }
    if as_json:
        print_json({"ok": True, "file": file} | facts | {"positions": list(totals.positions)})
    else:
        sys.stdout.write(" ".join(["OK", *(f"{name}={value}" for name, value in facts.items())]) + "\n")


def _print_figures(figures: PublicFigures, file: str, *, as_json: bool) -> int:
    nation = figures.regions.get("00", {})
    facts: Json = {name: nation.get(name) for name in _SHOWN} | {
        "regions": len(figures.regions),
        "agencies": len(figures.agencies),
        "step": figures.step,
        "closed_at": figures.closed_at,
    }
    if as_json:
        print_json({"ok": True, "file": file} | facts | {"totals": figures.totals})
    else:
        sys.stdout.write(" ".join(["OK", *(f"{name}={value}" for name, value in facts.items())]) + "\n")
    return ExitCode.GOOD


def _tell(line: str) -> None:
    errors().print(line, style="dim", soft_wrap=True)
