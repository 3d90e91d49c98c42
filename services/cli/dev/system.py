"""One system on this machine, from its engines to its front door."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from deploy.engines import Engines, connect_or_start
from deploy.engines.ports import choose_port
from services.cli.dev.engines import EngineWatch
from services.cli.dev.environment import of_services, settled, variables
from services.cli.dev.forks import Forks
from services.cli.dev.plan import DOORS, MODULES, plan_services
from services.cli.dev.portal_partner import admit_portal
from services.cli.dev.process import Launch
from services.cli.dev.screen import Screen
from services.cli.dev.state import owned_state
from services.cli.dev.supervisor import TICK_SECONDS, Supervisor
from services.cli.known import door_url, known_secrets, read_settings
from services.cli.running import Running, write_run_file
from shared.runtime.database import prepare_database
from shared.runtime.generations import at_live, generation_of, specs_of
from shared.runtime.keys import create_keys
from shared.runtime.settings import Settings
from shared.streaming.admin import apply_topics
from shared.streaming.groups import place_groups
from shared.streaming.origin import claim_origin


@contextmanager
def running_system(
    state: Path, *, screen: Screen, workers: int = 1, environment: Mapping[str, str] | None = None
) -> Iterator["DevSystem"]:
    """A system that is ready, for as long as the context lasts; `DevSystem.keep` is the watch over it.

    Raises OwnedElsewhereError where another process runs this state, and EngineError, Failure, KeysError or
    TopicsError where it cannot start; then nothing of it is left running.
    """
    given = known_secrets(os.environ if environment is None else environment)
    variables_given = {**given, "CACAH_STATE": str(state)}
    with ExitStack() as stack:
        stack.enter_context(owned_state(state))
        wanted = read_settings(variables_given)
        ports = _door_ports(wanted, variables_given)
        # Imports while the engines start.
        forks = stack.enter_context(Forks(MODULES, folder=state, environment=variables_given))
        engines = stack.enter_context(connect_or_start(state, on_progress=screen.step, environment=variables_given))
        settings = settled(wanted, state=state, endpoints=engines.endpoints, ports=ports)
        system = DevSystem(
            engines,
            settings,
            of_services(settings, variables_given),
            launch=forks.launch,
            screen=screen,
            workers=workers,
        )
        # Intake goes first and the engines last, so this is undone before the engines are.
        stack.callback(system.stop)
        system.start()
        yield system


class DevSystem:
    """Engines that run, and the services on them."""

    def __init__(
        self,
        engines: Engines,
        settings: Settings,
        environment: Mapping[str, str],
        *,
        launch: Launch,
        screen: Screen,
        workers: int,
    ) -> None:
        self.settings = settings
        self._engines = engines
        self._screen = screen
        logs = settings.state / "logs"
        services = plan_services(
            environment,
            logs=logs,
            workers=workers,
            partitions=settings.partitions,
            urls=door_urls(settings),
            persons=generation_of(settings).persons,
        )
        self._watch = EngineWatch(engines, screen, logs=str(logs))
        self._supervisor = Supervisor(services, screen, launch=launch, on_change=self._note)
        self._started_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._ready = False

    def start(self) -> None:
        """Returns when everything is ready."""
        self._note()
        prepare(self.settings)
        self._screen.step("starting the services")
        self._supervisor.start()
        self._note()
        self._supervisor.wait_until_ready()
        self._ready = True
        self._note()

    def stop(self) -> None:
        self._screen.step("stopping")
        self._supervisor.stop()

    def keep(self, until: Callable[[], bool] = lambda: False) -> None:
        """Watches over everything until `until`, or for ever; whoever wants it to end raises."""
        while not until():
            if self._watch.look():
                self._note()
            self._supervisor.look()
            time.sleep(TICK_SECONDS)

    def running(self) -> Running:
        """What is told to people and to other commands."""
        return Running(
            pid=os.getpid(),
            started_at=self._started_at,
            ready=self._ready,
            state=str(self.settings.state),
            kafka=self.settings.kafka,
            mongo=self.settings.mongo,
            ports={**_local_ports(self._engines), **{door.name: door.port(self.settings) for door in DOORS}},
            urls=door_urls(self.settings),
            settings=variables(self.settings),
            processes=(*self._watch.running(), *self._supervisor.running()),
        )

    def _note(self) -> None:
        write_run_file(self.settings.state, self.running())


def door_urls(settings: Settings) -> dict[str, str]:
    return {door.name: door_url(settings, door.port(settings)) for door in DOORS}


def _door_ports(wanted: Settings, given: Mapping[str, str]) -> dict[str, int]:
    """A port that was asked for, or a free one, for each door. Raises EngineError."""
    ports: dict[str, int] = {}
    for door in DOORS:
        insisted = door.setting if door.setting in given else None
        ports[door.name] = choose_port(door.port(wanted), setting=insisted, taken=ports.values())
    return ports


def prepare(settings: Settings) -> None:
    """Keys, database, topics and the portal's partner: what is missing is made, what is there is left.

    Raises KeysError, TopicsError, and LogMismatch where the ledgers were written from another log.
    """
    create_keys(settings.keys, settings.kek)
    prepare_generation(at_live(settings))


def prepare_generation(settings: Settings) -> None:
    """Collections and topics of the generation that `settings` name. Raises TopicsError, LogMismatch."""
    prepare_database(settings.mongo, settings.database, settings.generation)
    apply_topics(settings.kafka, specs_of(settings))
    place_groups(settings.kafka, settings.generation)
    claim_origin(settings)
    admit_portal(settings)


def _local_ports(engines: Engines) -> dict[str, int]:
    """Of the engines that run here; where given servers are, their addresses say."""
    addresses = {"kafka": f"//{engines.endpoints.kafka}", "mongo": engines.endpoints.mongo}
    return {name: urlsplit(addresses[name]).port or 0 for name in (engines.local.pids() if engines.local else ())}
