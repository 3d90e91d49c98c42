"""Kafka and mongod on this machine, supervised: nothing is left running when their owner is gone."""

import platform
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.engines.cache import cache_folder
from deploy.engines.classes import class_options
from deploy.engines.errors import EngineError
from deploy.engines.fetch import check_platform, fetch_kafka, fetch_mongo
from deploy.engines.folder import StateFolder, trim_log
from deploy.engines.kafka import KafkaPlan, start_kafka, wait_for_kafka
from deploy.engines.mongo import MongoPlan, start_mongo, wait_for_mongo
from deploy.engines.ports import choose_port, is_free, spare_port
from deploy.engines.process import GuardedProcess
from deploy.engines.progress import Progress, silent

KAFKA_PORT = 9092
MONGO_PORT = 27017
KAFKA, MONGO = "kafka", "mongo"
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Endpoints:
    """`kafka` is a list of bootstrap servers, `mongo` a MongoDB URI."""

    kafka: str
    mongo: str


class LocalEngines:
    """Owns both engines from `start` to `stop`; use it as a context manager where it can be.

    `state` keeps their data and logs. A port that is taken moves to a free one, unless `settings` says that the user
    asked for it: it maps an engine ("kafka", "mongo") to the name of the setting. Port 0 is any free one. `only` leaves
    the other engine out; its endpoint is then empty. `fast_start` trades peak speed and cache for a quick start: tests.
    """

    def __init__(
        self,
        state: Path,
        *,
        cache: Path | None = None,
        kafka_port: int = KAFKA_PORT,
        mongo_port: int = MONGO_PORT,
        fast_start: bool = False,
        on_progress: Callable[[str], None] | None = None,
        settings: Mapping[str, str] | None = None,
        only: frozenset[str] = frozenset({KAFKA, MONGO}),
    ) -> None:
        self._folder = StateFolder(state)
        self._cache = cache
        self._ports = {KAFKA: kafka_port, MONGO: mongo_port}
        self._fast_start = fast_start
        self._tell: Progress = on_progress or silent
        self._settings = settings or {}
        self._only = only
        self._kafka: KafkaPlan | None = None
        self._mongo: MongoPlan | None = None
        self._running: dict[str, GuardedProcess] = {}

    def start(self) -> Endpoints:
        """Fetches what is missing, verifies, starts and waits. Raises EngineError; then nothing is left running."""
        check_platform(sys.platform, platform.machine())
        self._folder.acquire()
        try:
            self._start_on_free_ports()
        except BaseException:
            self.stop()
            raise
        return Endpoints(self._kafka.address if self._kafka else "", self._mongo.uri if self._mongo else "")

    def _start_on_free_ports(self) -> None:
        """A port that was free when it was chosen may be taken when an engine listens: then others are chosen."""
        for attempt in range(_ATTEMPTS):
            self._plan(cache_folder(self._cache))
            try:
                self._start_all()
            except EngineError:
                if attempt + 1 == _ATTEMPTS or not self._lost_a_port():
                    raise
                self._stop_engines()
            else:
                return

    def _lost_a_port(self) -> bool:
        """Whether an engine ended while somebody else listens where it should have."""
        ports = {KAFKA: self._kafka.port if self._kafka else 0, MONGO: self._mongo.port if self._mongo else 0}
        return any(
            process.exit_code() is not None and not is_free(ports[name]) for name, process in self._running.items()
        )

    def _plan(self, cache: Path) -> None:
        taken: set[int] = set()
        if MONGO in self._only:
            mongod = fetch_mongo(cache, self._tell)
            port = self._choose(MONGO, taken)
            self._mongo = MongoPlan(mongod.binary, mongod.libraries, self._folder, port, self._fast_start)
        if KAFKA in self._only:
            parts = fetch_kafka(cache, self._tell)
            port = self._choose(KAFKA, taken)
            spare = spare_port(taken)
            classes = class_options(cache, parts.java, parts.jars)
            self._kafka = KafkaPlan(parts.java, parts.jars, self._folder, port, spare, self._fast_start, classes)

    def _choose(self, engine: str, taken: set[int]) -> int:
        port = choose_port(self._ports[engine], setting=self._settings.get(engine), taken=taken)
        taken.add(port)
        return port

    def _start_all(self) -> None:
        """Both at once, then waits for both: they do not need each other."""
        for plan in (self._mongo, self._kafka):
            if plan:
                trim_log(plan.log)
        self._tell("starting " + " and ".join(sorted(self._only)))
        if self._mongo:
            self._running[MONGO] = start_mongo(self._mongo)
        if self._kafka:
            self._running[KAFKA] = start_kafka(self._kafka)
        if self._mongo:
            wait_for_mongo(self._mongo, self._running[MONGO])
        if self._kafka:
            wait_for_kafka(self._kafka, self._running[KAFKA])

    def stop(self) -> None:
        """Ends the engines in reverse order, each in at most its grace time, and frees the state folder."""
        self._stop_engines()
        self._folder.release()

    def _stop_engines(self) -> None:
        for name in reversed(list(self._running)):
            self._running.pop(name).stop()

    def restart_kafka(self) -> None:
        """Same data, same port; it may have been killed before. Returns when it is ready."""
        assert self._kafka, "start first"
        self._stop_one(KAFKA)
        self._running[KAFKA] = start_kafka(self._kafka)
        wait_for_kafka(self._kafka, self._running[KAFKA])

    def restart_mongo(self) -> None:
        """Same data, same port; it may have been killed before. Returns when it is primary again."""
        assert self._mongo, "start first"
        self._stop_one(MONGO)
        self._running[MONGO] = start_mongo(self._mongo)
        wait_for_mongo(self._mongo, self._running[MONGO])

    def _stop_one(self, name: str) -> None:
        if name in self._running:
            self._running.pop(name).stop()

    def kill_kafka(self, number: signal.Signals = signal.SIGKILL) -> None:
        self._running[KAFKA].kill(number)

    def kill_mongo(self, number: signal.Signals = signal.SIGKILL) -> None:
        self._running[MONGO].kill(number)

    def pids(self) -> dict[str, int]:
        """Process ids by engine: "kafka" and "mongo"."""
        return {name: process.pid for name, process in self._running.items()}

    def died(self) -> str | None:
        """The name of an engine that ended without being asked to."""
        return next((name for name, process in self._running.items() if process.exit_code() is not None), None)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
