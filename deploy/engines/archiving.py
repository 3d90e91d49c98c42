"""Making the archive of Kafka's classes; `classes.py` says what for."""

import subprocess
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError

from deploy.engines.cache import filling
from deploy.engines.classes import ARCHIVE, archive_folder
from deploy.engines.errors import EngineError
from deploy.engines.folder import StateFolder
from deploy.engines.kafka import KafkaPlan, class_path, format_where_new, start_kafka, wait_for_kafka
from deploy.engines.ports import spare_port
from deploy.engines.progress import Progress

DUMP_SECONDS = 120
_TOPIC = "classes"
_READ_MS = 10_000


def make_archive(cache: Path, java: Path, jars: Path, tell: Progress) -> None:
    """Once: starts a broker in a folder of its own, notes what it loads, and writes that down as an archive.

    Where that does not succeed, nothing is lost but speed: it is told, and not tried again.
    """
    with filling(archive_folder(cache, java, jars)) as scratch:
        if scratch is None:
            return
        tell("writing down Kafka's classes, for quick starts")
        listed = scratch / "classes.txt"
        try:
            _list_classes(java, jars, listed)
            _dump(java, jars, listed, scratch / ARCHIVE)
        except (EngineError, KafkaError, OSError, subprocess.SubprocessError) as problem:
            tell(f"Kafka will start a little slower: its classes could not be written down ({problem})")
            (scratch / ARCHIVE).unlink(missing_ok=True)


def _list_classes(java: Path, jars: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="cacah-classes-") as home:
        folder = StateFolder(Path(home))
        folder.acquire()
        try:
            taken: set[int] = set()
            plan = KafkaPlan(java, jars, folder, _port(taken), _port(taken), fast_start=True)
            format_where_new(plan)
            noting = replace(plan, class_options=(f"-XX:DumpLoadedClassList={target}",))
            process = start_kafka(noting)
            try:
                wait_for_kafka(noting, process)
                _use(plan.address)
            finally:
                process.stop()
        finally:
            folder.release()


def _use(server: str) -> None:
    """What services ask of it first: a topic, a transaction, a group."""
    with closing(KafkaAdminClient(bootstrap_servers=server)) as admin:
        admin.create_topics([NewTopic(_TOPIC, 1, 1)])
    with closing(KafkaProducer(bootstrap_servers=server, transactional_id=_TOPIC)) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        producer.send(_TOPIC, b"one")
        producer.commit_transaction()
    with closing(
        KafkaConsumer(
            _TOPIC,
            bootstrap_servers=server,
            group_id=_TOPIC,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            consumer_timeout_ms=_READ_MS,
        )
    ) as consumer:
        next(consumer, None)
        consumer.commit()


def _port(taken: set[int]) -> int:
    port = spare_port(taken)
    taken.add(port)
    return port


def _dump(java: Path, jars: Path, listed: Path, target: Path) -> None:
    command = [
        str(java),
        "-XX:+UseSerialGC",
        "-Xshare:dump",
        f"-XX:SharedClassListFile={listed}",
        f"-XX:SharedArchiveFile={target}",
        "-cp",
        class_path(jars),
    ]
    done = subprocess.run(command, capture_output=True, timeout=DUMP_SECONDS, check=False)  # noqa: S603
    if done.returncode != 0:
        raise EngineError(f"java -Xshare:dump ended with exit {done.returncode}", fix="none is needed")
