"""mongod on this machine: a replica set of one, because transactions and majority writes need a replica set."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.engines.errors import EngineError
from deploy.engines.folder import StateFolder
from deploy.engines.ports import LOOPBACK
from deploy.engines.process import GuardedProcess, passed_on
from deploy.engines.readiness import wait_until

REPLICA_SET = "cacah"
GRACE_SECONDS = 10.0
NOT_YET_INITIALIZED = 94
HISTORY = "minSnapshotHistoryWindowInSeconds=20"


@dataclass(frozen=True, slots=True)
class MongoPlan:
    """Everything that is decided before mongod starts; a restart uses the same plan."""

    binary: Path
    libraries: Path | None
    folder: StateFolder
    port: int
    fast_start: bool

    @property
    def log(self) -> Path:
        return self.folder.path / "logs/mongod.log"

    @property
    def uri(self) -> str:
        return f"mongodb://{LOOPBACK}:{self.port}/?replicaSet={REPLICA_SET}"


def start_mongo(plan: MongoPlan) -> GuardedProcess:
    """Starts mongod; it is not ready yet."""
    (plan.folder.path / "mongo").mkdir(exist_ok=True)
    libraries = {"LD_LIBRARY_PATH": str(plan.libraries)} if plan.libraries else {}
    return GuardedProcess(
        "mongod",
        [plan.binary, *arguments(plan)],
        folder=plan.folder.path,
        log=plan.log,
        lock=plan.folder.lock,
        grace=GRACE_SECONDS,
        environment=passed_on() | libraries,
    )


def arguments(plan: MongoPlan) -> list[str]:
    """The command line of mongod. Sizes are for a shared small machine; the oplog has one reader, itself."""
    return [
        *("--dbpath", str(plan.folder.path / "mongo")),
        *("--bind_ip", LOOPBACK),
        *("--port", str(plan.port)),
        *("--replSet", REPLICA_SET),
        *("--oplogSize", "256"),
        *("--wiredTigerCacheSizeGB", "0.25" if plan.fast_start else "0.7"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        # Old versions of totals, which change several times a second, would otherwise be kept for five minutes: under
        # full load they are most of what mongod reads and writes.
        *("--setParameter", HISTORY),
        # A primary waits 15 s for an election on SIGTERM; there is nobody to elect.
        *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
        "--nounixsocket",
    ]


def wait_for_mongo(plan: MongoPlan, process: GuardedProcess) -> None:
    """Returns when the replica set has its primary. Raises EngineError where mongod ends or takes too long."""
    with _direct(plan.port) as client:
        wait_until(lambda: _answers(client, process.pid), process.exit_code, name="mongod", log=str(plan.log))
        try:
            _configure(client, plan.port)
        except PyMongoError as problem:
            raise EngineError(
                f"the replica set of mongod cannot be set up ({type(problem).__name__})",
                fix=f"see the end of {plan.log}",
            ) from problem
        wait_until(lambda: _is_primary(client), process.exit_code, name="mongod", log=str(plan.log))


def _direct(port: int) -> MongoClient[dict[str, Any]]:
    return MongoClient(LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=500, socketTimeoutMS=20_000)


def _answers(client: MongoClient[dict[str, Any]], pid: int) -> bool:
    """Whether it is this one: of two that start at the same moment on the same port, one listens and the other ends."""
    try:
        return bool(client.admin.command("serverStatus", repl=0, metrics=0, locks=0)["pid"] == pid)
    except PyMongoError:
        return False


def _is_primary(client: MongoClient[dict[str, Any]]) -> bool:
    try:
        return bool(client.admin.command("hello").get("isWritablePrimary"))
    except PyMongoError:
        return False


def _configure(client: MongoClient[dict[str, Any]], port: int) -> None:
    """Names this server, at this port, as the only member: a kept state folder may have been used at another port."""
    host = f"{LOOPBACK}:{port}"
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as problem:
        if problem.code != NOT_YET_INITIALIZED:
            raise
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": host}]})
        return
    if config["members"][0]["host"] != host:
        config["members"][0]["host"] = host
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)
