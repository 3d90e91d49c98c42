"""One service as the supervisor sees it: started, watched, started again, stopped."""

import time
from collections.abc import Callable
from typing import Protocol

from deploy.engines.folder import trim_log
from deploy.engines.process import GuardedProcess
from services.cli.dev.backoff import Backoff
from services.cli.dev.logbook import LogLine, LogTail
from services.cli.dev.plan import Service
from services.cli.readiness import answers


class Started(Protocol):
    """A process that ends when this one does."""

    @property
    def pid(self) -> int: ...
    def exit_code(self) -> int | None: ...
    def ask_to_stop(self) -> None: ...
    def stop(self) -> None: ...


Launch = Callable[[Service], Started]
Clock = Callable[[], float]
"""Seconds, from some moment."""


def launch(service: Service) -> Started:
    """Under a guard, in a session of its own: no terminal reaches it, and it ends with this process. Raises
    EngineError."""
    return GuardedProcess(
        service.name,
        service.command,
        folder=service.log.parent.parent,
        log=service.log,
        grace=service.grace,
        environment=service.environment,
    )


class SupervisedProcess:
    """Its state between two looks; `look` is called some ten times a second."""

    def __init__(self, service: Service, *, launch: Launch, clock: Clock = time.monotonic) -> None:
        self.service = service
        self.partitions: set[int] = set()
        self.ends = 0
        """How often it ended without being asked to."""
        self.exit_code: int | None = None
        """Of its last end."""
        self.last_words = ""
        """The last line with an error."""
        self._launch = launch
        self._clock = clock
        self._backoff = Backoff()
        self._tail = LogTail(service.log)
        self._process: Started | None = None
        self._started_at = 0.0
        self._start_again_at = 0.0
        self._answered = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def wait_seconds(self) -> float:
        """Until it is started again."""
        return max(0.0, self._start_again_at - self._clock())

    def start(self) -> None:
        """Raises EngineError."""
        self.partitions.clear()
        self._answered = False
        trim_log(self.service.log)
        self._tail = LogTail(self.service.log)
        self._process = self._launch(self.service)
        self._started_at = self._clock()

    def look(self) -> tuple[list[LogLine], bool]:
        """What it logged since the last look, and whether it has ended or was started again. Raises EngineError."""
        changed = False
        if self._process is None and self._clock() >= self._start_again_at:
            self.start()
            changed = True
        # Whether it ended is asked first: what it said at its end is then in the file.
        ended = self._process is not None and self._process.exit_code() is not None
        lines = self._tail.lines()
        for line in lines:
            if line.partition is not None:
                self.partitions.add(line.partition)
            if line.level in {"ERROR", "CRITICAL"} or (not line.level and line.message.strip()):
                self.last_words = line.message
        if ended:
            self._note_end()
        return lines, changed or ended

    def answers(self) -> bool:
        """Whether a service over HTTP has said that it is ready; once it has, it is not asked again."""
        if self._process is not None and not self._answered:
            self._answered = answers(self.service.readiness_url)
        return self._answered

    def ask_to_stop(self) -> None:
        """Does not wait for it: `stop` does."""
        if self._process is not None:
            self._process.ask_to_stop()

    def stop(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            process.stop()

    def _note_end(self) -> None:
        assert self._process is not None, "only what runs can end"
        self.exit_code = self._process.exit_code()
        self._process.stop()
        self._process = None
        self.ends += 1
        now = self._clock()
        self._start_again_at = now + self._backoff.after(now - self._started_at)
