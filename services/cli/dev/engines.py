"""The local engines under the same watch as the services."""

import time
from typing import Final

from deploy.engines import EngineError, Engines
from services.cli.dev.backoff import Backoff
from services.cli.dev.logbook import LogLine
from services.cli.dev.process import Clock
from services.cli.dev.screen import Screen
from services.cli.running import Process

LOGS: Final = {"kafka": "kafka.log", "mongo": "mongod.log"}


class EngineWatch:
    """Starts a local engine again, with its data and at its port. Given servers are somebody else's to watch."""

    def __init__(self, engines: Engines, screen: Screen, *, logs: str, clock: Clock = time.monotonic) -> None:
        self._engines = engines
        self._screen = screen
        self._logs = logs
        self._clock = clock
        self._backoff = Backoff()
        self._well_since = clock()
        self._start_again_at: float | None = None

    def look(self) -> bool:
        """Whether something changed. Blocks while an engine starts."""
        name = self._engines.died()
        if name is None:
            return False
        if self._start_again_at is None:
            wait = self._backoff.after(self._clock() - self._well_since)
            self._start_again_at = self._clock() + wait
            self._screen.say(name, LogLine("WARNING", f"ended; starts again in {wait:.1f} s"))
            return True
        if self._clock() < self._start_again_at:
            return False
        self._start_again(name)
        return True

    def running(self) -> tuple[Process, ...]:
        local = self._engines.local
        found = local.pids() if local else {}
        return tuple(Process(name, pid, f"{self._logs}/{LOGS[name]}") for name, pid in found.items())

    def _start_again(self, name: str) -> None:
        assert self._engines.local, "only a local engine is known to have ended"
        restart = {"kafka": self._engines.local.restart_kafka, "mongo": self._engines.local.restart_mongo}[name]
        self._start_again_at = None
        try:
            restart()
        except EngineError as problem:
            self._screen.say(name, LogLine("ERROR", f"{problem}; fix: {problem.fix}"))
        else:
            self._screen.say(name, LogLine("INFO", "started again"))
        self._well_since = self._clock()
