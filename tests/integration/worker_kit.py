"""Single workers on real engines: started, watched by their log, ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from shared.contracts.topics import SUBMISSIONS
from shared.runtime.settings import Settings

Found = TypeVar("Found")
GENEROUS = 90.0


def until(look: Callable[[], Found | None], seconds: float = GENEROUS) -> Found:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
    return found


class Worker:
    """`environment`: the `CACAH_` variables of its system."""

    def __init__(self, environment: Mapping[str, str], stage: str, log: Path) -> None:
        self.log = log
        self._stage = stage
        self._environment = {**os.environ, **environment, "CACAH_LOG_FORMAT": "text"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Worker":
        with self.log.open("ab") as output:
            command = [sys.executable, "-m", f"services.{self._stage}"]
            self._process = subprocess.Popen(command, env=self._environment, stdout=output, stderr=output)
        return self

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_until_said(self, words: str, times: int = 1) -> None:
        def look() -> bool | None:
            if self.said().count(words) >= times:
                return True
            assert self.exit_code() is None, self.said()
            return None

        until(look)

    def exit_code(self) -> int | None:
        return None if self._process is None else self._process.poll()

    def wait_until_ended(self) -> int:
        until(lambda: self.exit_code() is not None)
        code = self.exit_code()
        assert code is not None
        return code

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait(10)


def append(settings: Settings, values: Sequence[bytes], partition: int = 0) -> None:
    """Records on the submission log."""
    producer = KafkaProducer(bootstrap_servers=settings.kafka)
    try:
        for sent in [producer.send(SUBMISSIONS, value=value, partition=partition) for value in values]:
            sent.get(30)
    finally:
        producer.close()


def fresh_topics(servers: str) -> None:
    """No topic and no group of a census is there, whoever made one before."""
    admin = KafkaAdminClient(bootstrap_servers=servers)
    try:
        names = [name for name in admin.list_topics() if name.startswith("sensus.")]
        if names:
            admin.delete_topics(names)
            until(lambda: not {*admin.list_topics()} & {*names})
    finally:
        admin.close()
