"""The services of a system, watched: started in order, started again when they end, stopped in order."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from services.cli.dev.logbook import LogLine
from services.cli.dev.plan import Service
from services.cli.dev.process import Clock, Launch, SupervisedProcess, launch
from services.cli.dev.screen import Screen
from services.cli.errors import ExitCode, Failure
from services.cli.running import Process

READY_SECONDS: Final = 120.0
HOPELESS_ENDS: Final = 3
"""So many ends of one service before it was ever ready are not bad luck."""
TICK_SECONDS: Final = 0.1
_NO_USE_TO_TRY_AGAIN: Final = (ExitCode.USAGE, ExitCode.UNREACHABLE)


class Supervisor:
    """`on_change` is called after a process ended or was started again."""

    def __init__(
        self,
        services: Sequence[Service],
        screen: Screen,
        *,
        launch: Launch = launch,
        clock: Clock = time.monotonic,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._processes = [SupervisedProcess(service, launch=launch, clock=clock) for service in services]
        self._screen = screen
        self._clock = clock
        self._on_change = on_change

    def start(self) -> None:
        """Starts every service; none is ready yet. Raises EngineError."""
        for process in self._processes:
            process.start()

    def wait_until_ready(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Raises Failure where a service cannot start, or not all are ready in time."""
        deadline = self._clock() + READY_SECONDS
        while not self.ready():
            self.look()
            self.require_hope()
            if self._clock() > deadline:
                late = ", ".join(process.service.name for process in self._processes if not self._is_ready(process))
                raise Failure(f"not ready after {READY_SECONDS:.0f} s: {late}", fix=f"see {self._logs()}")
            sleep(TICK_SECONDS)

    def require_hope(self) -> None:
        """Raises Failure where a service has ended in a way that starting again does not mend."""
        for process in self._processes:
            _give_up_on(process)

    def look(self) -> None:
        """One round: shows what was logged, and starts what ended and has waited long enough. Raises EngineError."""
        changed = False
        for process in self._processes:
            lines, moved = process.look()
            changed |= moved
            self._screen.pass_on(process.service.name, lines, str(process.service.log))
            if moved:
                self._tell(process)
        if changed:
            self._on_change()

    def ready(self) -> bool:
        return all(self._is_ready(process) for process in self._processes)

    def stop(self) -> None:
        """Ends every service, each in at most its grace time: the doors first, the last one started before the others,
        then the workers at once."""
        doors = [process for process in reversed(self._processes) if process.service.readiness_url]
        workers = [process for process in self._processes if not process.service.readiness_url]
        for door in doors:
            door.stop()
        for worker in workers:
            worker.ask_to_stop()
        for worker in workers:
            worker.stop()

    def running(self) -> tuple[Process, ...]:
        return tuple(
            Process(process.service.name, process.pid, str(process.service.log))
            for process in self._processes
            if process.pid is not None
        )

    def _is_ready(self, process: SupervisedProcess) -> bool:
        service = process.service
        if service.readiness_url:
            return process.answers()
        workers = [each for each in self._processes if each.service.stage == service.stage]
        return len(set[int]().union(*(worker.partitions for worker in workers))) >= service.partitions

    def _tell(self, process: SupervisedProcess) -> None:
        if process.pid is None:
            text = f"ended (exit {process.exit_code}); starts again in {process.wait_seconds:.1f} s"
            self._screen.say(process.service.name, LogLine("WARNING", text))
        else:
            self._screen.say(process.service.name, LogLine("INFO", "started again"))

    def _logs(self) -> str:
        return str(self._processes[0].service.log.parent)


def _give_up_on(process: SupervisedProcess) -> None:
    hopeless = process.exit_code in _NO_USE_TO_TRY_AGAIN or process.ends >= HOPELESS_ENDS
    if not hopeless or process.exit_code is None:
        return
    code = ExitCode(process.exit_code) if process.exit_code in _NO_USE_TO_TRY_AGAIN else ExitCode.FOUND
    raise Failure(
        f"{process.service.name} does not start: {process.last_words or f'exit {process.exit_code}'}",
        fix=f"see the end of {process.service.log}",
        code=code,
    )
