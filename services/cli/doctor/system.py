"""The system: engines, topics, collections, keys, processes, and whether the count moves."""

import os
import stat
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient

from deploy.engines import EngineError, check_kafka, check_mongo
from deploy.engines.ports import is_free
from services.cli.doctor.model import Finding, Patient, bad, good, skipped, warning
from services.cli.known import intake_url
from services.cli.readiness import answers
from shared.domain.census import received_on
from shared.runtime.data_keys import id_of_day
from shared.runtime.database import live_generation
from shared.runtime.generations import specs_of
from shared.runtime.keys import KeysError, load_keys
from shared.streaming.admin import TopicsError, check_topics

Document = dict[str, Any]
_SKEW_SECONDS: Final = 2.0
_LAG_SECONDS: Final = 30.0
_START: Final = "cacah dev"


def kafka(patient: Patient) -> Finding:
    try:
        check_kafka(patient.settings.kafka)
    except EngineError:
        return bad(f"no Kafka answers at {patient.settings.kafka}", _START)
    patient.reached.add("kafka")
    return good(patient.settings.kafka)


def mongo(patient: Patient) -> Finding:
    try:
        check_mongo(patient.settings.mongo)
    except EngineError as problem:
        return bad(str(problem), _START)
    patient.reached.add("mongo")
    return good("a replica set with a primary")


def topics(patient: Patient) -> Finding:
    if not {"kafka", "mongo"} <= patient.reached:
        return skipped("needs Kafka and MongoDB")
    specs = specs_of(patient.settings)
    try:
        check_topics(patient.settings.kafka, specs)
    except TopicsError as problem:
        return bad(str(problem).splitlines()[0], "cacah topics apply")
    return good(f"{len(specs)}, as their specs say")


def collections(patient: Patient) -> Finding:
    if "mongo" not in patient.reached:
        return skipped("needs MongoDB")
    with _client(patient) as client:
        live = live_generation(client[patient.settings.database])
    if live is None:
        return bad(f"the database {patient.settings.database} was never prepared", "cacah topics apply")
    return good(f"generation {live} is live")


def clock(patient: Patient) -> Finding:
    if "mongo" not in patient.reached:
        return skipped("needs MongoDB")
    with _client(patient) as client:
        before = time.time()
        told: datetime = client.admin.command("hello")["localTime"]
    skew = told.replace(tzinfo=UTC).timestamp() - before
    if abs(skew) > _SKEW_SECONDS:
        return warning(f"MongoDB's clock is {skew:+.1f} s from this one", "sudo timedatectl set-ntp true")
    return good("within two seconds of MongoDB's")


def keys(patient: Patient) -> Finding:
    folder = patient.settings.keys
    try:
        payload = load_keys(folder, patient.settings.kek).payload
        today = id_of_day(received_on(time.time_ns() // 1000))
        there = today in payload
    except KeysError as problem:
        says, _, fix = str(problem).partition("; ")
        return bad(says, fix.removeprefix("make the keys with: ") or "cacah keys init")
    files = [path for end in ("key", "wrapped") for path in folder.rglob(f"*.{end}")]
    open_to_others = [path for path in files if _readable_by_others(path)]
    if open_to_others:
        return bad(f"{open_to_others[0].name} can be read by other users", f"chmod -R go= {folder}")
    if not there and not os.access(folder / "payload", os.W_OK):
        return bad(f"there is no payload key {today}, and this user cannot make one", "cacah keys new")
    return good(
        f"complete, new records are sealed with {today}" + ("" if there else ", which is made when it is needed")
    )


def intake(patient: Patient) -> Finding:
    url = intake_url(patient.settings)
    if answers(f"{url}/readyz", timeout=3.0):
        return good(f"ready at {url}")
    if answers(f"{url}/livez", timeout=3.0):
        return bad(f"{url} lives but is not ready: it does not reach Kafka", "cacah dev --stop && cacah dev")
    if patient.running is None and not is_free(patient.settings.intake_port):
        return warning(f"port {patient.settings.intake_port} is taken by another program", "export CACAH_INTAKE_PORT=0")
    return bad(f"no intake answers at {url}", _START)


def processes(patient: Patient) -> Finding:
    if patient.running is None:
        return skipped("no system runs in this state folder", _START)
    gone = [each for each in patient.running.processes if not Path(f"/proc/{each.pid}").exists()]
    if gone and Path("/proc/self").exists():
        return bad(f"{gone[0].name} is not running", f"tail -n 20 {gone[0].log}")
    return good(f"{len(patient.running.processes)} run")


def counting(patient: Patient) -> Finding:
    if {"kafka", "mongo"} - patient.reached:
        return skipped("needs Kafka and MongoDB")
    from contextlib import closing

    from shared.streaming.progress.look import Looker

    with closing(Looker(patient.settings)) as looker:
        status = looker.look()
    if status.behind_seconds > _LAG_SECONDS:
        slowest = max(status.stages, key=lambda stage: stage.lag_seconds)
        says = f"{status.waiting:,} forms wait, the oldest for {status.behind_seconds:,.0f} s, at the {slowest.name}"
        return warning(says, "cacah status --watch")
    return good(f"{status.people:,} people, {status.waiting:,} forms wait")


def _client(patient: Patient) -> MongoClient[Document]:
    return MongoClient(patient.settings.mongo, serverSelectionTimeoutMS=5_000, appname="cacah-doctor")


def _readable_by_others(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
