"""Several intake processes on one listening socket.

The socket belongs to the process above them. A worker that dies takes its open requests with it and no more: whoever
was not yet accepted waits in the socket's queue for another worker, or for the one that is started in its place.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from time import monotonic, sleep
from typing import Final

from services.intake.metrics import Metrics, board_bytes, shared_board
from shared.runtime.service import UNREACHABLE, USAGE

logger = logging.getLogger(__name__)

_POST: Final = "CACAH_INTAKE_POST"
_TICK: Final = 0.05
_AGAIN_SECONDS: Final = 1.0
"""Between a worker's end and the start of the next one in its place."""
_NO_USE: Final = frozenset({USAGE, UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Post:
    """What a worker is given: file descriptors of the listening socket, of a pipe that ends with the process above, of
    one on which it says that it serves, and of the numbers that all count in; and which worker it is."""

    listener: int
    lifeline: int
    word: int
    board: int
    number: int

    def environment(self) -> dict[str, str]:
        return {_POST: f"{self.listener},{self.lifeline},{self.word},{self.board},{self.number}"}

    def metrics(self) -> Metrics:
        return Metrics(shared_board(self.board), self.number)

    def socket(self) -> socket.socket:
        return socket.socket(fileno=self.listener)

    def say_serving(self) -> None:
        os.write(self.word, b".")

    def watch(self, leave: Callable[[], None]) -> None:
        """Call `leave`, from a thread, when the process above is gone."""

        def wait() -> None:
            os.read(self.lifeline, 1)
            leave()

        threading.Thread(target=wait, name="lifeline", daemon=True).start()


def own_post(environment: Mapping[str, str] = os.environ) -> Post | None:
    """None in a process that no crew has started."""
    text = environment.get(_POST)
    return None if text is None else Post(*map(int, text.split(",")))


@dataclass(slots=True)
class _Worker:
    number: int
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0


class Crew:
    """
    Args:
        listener: bound; the workers listen on it.
        command: starts a worker.
        drain_seconds: for workers that were told to end.
    """

    def __init__(
        self, listener: socket.socket, workers: int, command: tuple[str, ...], *, drain_seconds: float
    ) -> None:
        self._listener = listener
        self._command = command
        self._drain = drain_seconds
        self._workers = [_Worker(number) for number in range(workers)]
        # No name in any folder: it is gone with the last process that has it open.
        self._board = TemporaryFile()  # noqa: SIM115  # open for as long as the crew is there
        self._board.truncate(board_bytes(workers))
        self._lifeline = os.pipe()
        self._word = os.pipe()
        os.set_blocking(self._word[0], False)
        self._served = False
        self._leaving = False

    def run(self) -> int:
        """The exit code: 0 after a signal, a worker's own where none of them can start."""
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._leave)
        code = 0
        while not self._leaving and not code:
            code = self._look()
            sleep(_TICK)
        self._stop()
        return code

    def _leave(self, *_: object) -> None:
        self._leaving = True

    def _look(self) -> int:
        """Start what is due. Not 0 where there is no use in trying."""
        self._served = self._served or self._heard()
        for worker in self._workers:
            if worker.process is not None and (code := worker.process.poll()) is not None:
                worker.process, worker.start_at = None, monotonic() + _AGAIN_SECONDS
                if not self._served and code in _NO_USE:
                    return code
                logger.warning("worker %d ended (exit %d) and is started again", worker.number, code)
            if worker.process is None and monotonic() >= worker.start_at:
                worker.process = self._start(worker.number)
        return 0

    def _heard(self) -> bool:
        try:
            return bool(os.read(self._word[0], 1))
        except BlockingIOError:
            return False

    def _start(self, number: int) -> "subprocess.Popen[bytes]":
        post = Post(self._listener.fileno(), self._lifeline[0], self._word[1], self._board.fileno(), number)
        return subprocess.Popen(  # noqa: S603  # ourselves
            self._command,
            env={**os.environ, **post.environment()},
            pass_fds=(post.listener, post.lifeline, post.word, post.board),
        )

    def _stop(self) -> None:
        running = [worker.process for worker in self._workers if worker.process is not None]
        for process in running:
            process.terminate()
        # From here on nobody is let in who would wait for workers that are leaving.
        self._listener.close()
        deadline = monotonic() + self._drain
        for process in running:
            try:
                process.wait(max(deadline - monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def worker_command() -> tuple[str, ...]:
    return (sys.executable, "-m", "services.intake")
