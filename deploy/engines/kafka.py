"""Kafka on this machine: one node that is broker and controller (KRaft), tuned for two cores."""

import shutil
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.errors import EngineError
from deploy.engines.folder import StateFolder
from deploy.engines.ports import LOOPBACK
from deploy.engines.process import GuardedProcess
from deploy.engines.readiness import broker_answers, wait_until

HEAP = "-Xmx512m"
GRACE_SECONDS = 10.0
FORMAT_SECONDS = 60
MAX_MESSAGE_BYTES = 8 << 20
LOGGING = Path(__file__).with_name("log4j2.properties")


@dataclass(frozen=True, slots=True)
class KafkaPlan:
    """Everything that is decided before Kafka starts; a restart uses the same plan. `class_options` are Java's, see
    `classes.py`."""

    java: Path
    jars: Path
    folder: StateFolder
    port: int
    controller_port: int
    fast_start: bool
    class_options: tuple[str, ...] = ()

    @property
    def log(self) -> Path:
        return self.folder.path / "logs/kafka.log"

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"


def start_kafka(plan: KafkaPlan) -> GuardedProcess:
    """Formats the log folder where it is new and starts the broker; it is not ready yet."""
    logs = format_where_new(plan)
    return _guarded(plan, ["kafka.Kafka", _write_properties(plan, logs)])


def format_where_new(plan: KafkaPlan) -> Path:
    """The log folder."""
    logs = plan.folder.path / "kafka"
    if not logs.exists():
        _format(plan, logs)
    return logs


def class_path(jars: Path) -> str:
    return f"{jars}/*"


def wait_for_kafka(plan: KafkaPlan, process: GuardedProcess) -> None:
    """Raises EngineError where the broker ends or does not answer in time."""
    wait_until(lambda: broker_answers(LOOPBACK, plan.port), process.exit_code, name="Kafka", log=str(plan.log))


def server_properties(plan: KafkaPlan, logs: Path) -> str:
    """The text of Kafka's settings file."""
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{LOOPBACK}:{plan.controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{plan.address},CONTROLLER://{LOOPBACK}:{plan.controller_port}",
        "advertised.listeners": f"PLAINTEXT://{plan.address}",
        # Relative to the state folder, where Kafka runs: a settings file is Latin-1 and a comma would end the path.
        "log.dirs": logs.name,
        **SMALL_MACHINE,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


SMALL_MACHINE = {
    "auto.create.topics.enable": "false",
    "message.max.bytes": str(MAX_MESSAGE_BYTES),
    "replica.fetch.max.bytes": str(MAX_MESSAGE_BYTES),
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.num.partitions": "4",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    # A killed broker may register again only when its old session is over: the default of 9 s is most of a restart.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "log.cleaner.dedupe.buffer.size": str(16 << 20),
    "num.network.threads": "2",
    "num.io.threads": "2",
}
"""What does not depend on the plan. One copy of everything: there is one node."""


def _format(plan: KafkaPlan, logs: Path) -> None:
    """Beside the place where it belongs, and moved there when it is whole."""
    scratch = logs.with_name("kafka.new")
    shutil.rmtree(scratch, ignore_errors=True)
    cluster = _cluster_id()
    process = _guarded(
        plan, ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", _write_properties(plan, scratch)]
    )
    try:
        code = process.wait(FORMAT_SECONDS)
    finally:
        process.stop()
    if code != 0:
        raise EngineError("Kafka's log folder cannot be formatted", fix=f"see the end of {plan.log}")
    scratch.rename(logs)


def _write_properties(plan: KafkaPlan, logs: Path) -> Path:
    path = plan.folder.path / "kafka.properties"
    path.write_text(server_properties(plan, logs), encoding="utf-8")
    return path


def _cluster_id() -> str:
    """One that no dash begins: the storage tool would take it for an option."""
    while (cluster := urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()).startswith("-"):
        pass
    return cluster


def _guarded(plan: KafkaPlan, program: Sequence[str | Path]) -> GuardedProcess:
    """Starts a main class of the jars, with its arguments, on the Java of the plan."""
    return GuardedProcess(
        "Kafka",
        [plan.java, *_jvm_options(plan), "-cp", class_path(plan.jars), *program],
        folder=plan.folder.path,
        log=plan.log,
        lock=plan.folder.lock,
        grace=GRACE_SECONDS,
    )


def _jvm_options(plan: KafkaPlan) -> list[str]:
    tuning = ["-XX:TieredStopAtLevel=1"] if plan.fast_start else []
    return [
        HEAP,
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "-XX:+ExitOnOutOfMemoryError",
        *tuning,
        *plan.class_options,
        "-Djava.awt.headless=true",
        # Native libraries are unpacked into the state folder: a killed broker leaves nothing elsewhere.
        "-Djava.io.tmpdir=tmp",
        f"-Dlog4j2.configurationFile={LOGGING}",
    ]
