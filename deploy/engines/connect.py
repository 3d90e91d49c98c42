"""Given servers where the settings name some, local engines for the rest."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.engines.errors import EngineError
from deploy.engines.local import KAFKA, KAFKA_PORT, MONGO, MONGO_PORT, Endpoints, LocalEngines
from deploy.engines.progress import Progress
from deploy.engines.readiness import broker_answers

KAFKA_DEFAULT_PORT = 9092
PORT_SETTINGS = {KAFKA: "CACAH_KAFKA_PORT", MONGO: "CACAH_MONGO_PORT"}


@dataclass(frozen=True, slots=True)
class Engines:
    """Where Kafka and MongoDB are, and the local ones among them (None: both were given). A context manager."""

    endpoints: Endpoints
    local: LocalEngines | None

    def stop(self) -> None:
        """Stops what was started here; given servers are left alone."""
        if self.local:
            self.local.stop()

    def died(self) -> str | None:
        """The name of a local engine that ended by itself."""
        return self.local.died() if self.local else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def connect_or_start(
    state: Path,
    *,
    cache: Path | None = None,
    fast_start: bool = False,
    on_progress: Progress | None = None,
    environment: Mapping[str, str] | None = None,
) -> Engines:
    """Uses the servers of `CACAH_KAFKA` and `CACAH_MONGO` where they are set, and starts what is not.

    `CACAH_KAFKA_PORT` and `CACAH_MONGO_PORT` insist on a port for a local engine. Raises EngineError where a given
    server cannot be reached or a local one not be started; nothing is left running then.
    """
    source = os.environ if environment is None else environment
    kafka, mongo = source.get("CACAH_KAFKA", ""), source.get("CACAH_MONGO", "")
    if kafka:
        check_kafka(kafka)
    if mongo:
        check_mongo(mongo)
    missing = frozenset(name for name, given in ((KAFKA, kafka), (MONGO, mongo)) if not given)
    if not missing:
        return Engines(Endpoints(kafka, mongo), None)
    local = LocalEngines(
        state,
        cache=cache,
        kafka_port=_port(source, KAFKA, KAFKA_PORT),
        mongo_port=_port(source, MONGO, MONGO_PORT),
        fast_start=fast_start,
        on_progress=on_progress,
        settings={engine: name for engine, name in PORT_SETTINGS.items() if name in source},
        only=missing,
    )
    started = local.start()
    return Engines(Endpoints(kafka or started.kafka, mongo or started.mongo), local)


def _port(source: Mapping[str, str], engine: str, usual: int) -> int:
    text = source.get(PORT_SETTINGS[engine], str(usual))
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise EngineError(f"{PORT_SETTINGS[engine]} is not a port", fix="set it to a number from 0 (any) to 65535")
    return int(text)


def check_kafka(bootstrap: str) -> None:
    """Raises EngineError unless one of the bootstrap servers serves requests. Plain text only, as all of Cacah is."""
    for server in bootstrap.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host:
            host, port = port, str(KAFKA_DEFAULT_PORT)
        if port.isdigit() and broker_answers(host.strip("[]"), int(port)):
            return
    raise EngineError(
        "no Kafka answers at CACAH_KAFKA", fix="start it, correct CACAH_KAFKA, or unset it to use a local one"
    )


def check_mongo(uri: str, *, timeout_ms: int = 3000) -> None:
    """Raises EngineError unless a primary of a replica set answers.

    Errors do not repeat `uri`: it may hold a password.
    """
    hint = "start it, correct CACAH_MONGO, or unset it to use a local one"
    try:
        with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=timeout_ms) as client:
            answer = client.admin.command("hello")
    except PyMongoError as problem:
        raise EngineError(f"no MongoDB answers at CACAH_MONGO ({type(problem).__name__})", fix=hint) from problem
    if "setName" not in answer and answer.get("msg") != "isdbgrid":
        raise EngineError(
            "the MongoDB at CACAH_MONGO is not a replica set, and majority writes need one",
            fix="start it with --replSet and run rs.initiate(), or unset CACAH_MONGO to use a local one",
        )
