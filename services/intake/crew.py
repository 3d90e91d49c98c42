"""Several intake processes on one listening socket.

The socket belongs to the process above them. A worker that dies takes its open requests with it and no more: whoever
was not yet accepted waits in the socket's queue for another worker, or for the one that is started in its place.

Workers are forks: what the process above has imported is theirs at once, and is in memory once.
"""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from tempfile import TemporaryFile
from time import monotonic, sleep
from typing import IO, Final

from services.intake.metrics import Metrics, board_bytes, shared_board
from shared.runtime.service import UNREACHABLE, USAGE

logger = logging.getLogger(__name__)

_TICK: Final = 0.05
_AGAIN_SECONDS: Final = 1.0
"""Between a worker's end and the start of the next one in its place."""
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_NO_USE: Final = frozenset({USAGE, UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Post:
    """What a worker is given: file descriptors of a pipe that ends with the process above and of one on which it says that
    it serves; the file of the numbers that all count in; and which worker it is."""

    lifeline: int
    word: int
    board: IO[bytes]
    number: int

    def metrics(self) -> Metrics:
        return Metrics(shared_board(self.board.fileno()), self.number)

    def say_serving(self) -> None:
        os.write(self.word, b".")

    def watch(self, leave: Callable[[], None]) -> None:
        """Call `leave`, from a thread, when the process above is gone."""

        def wait() -> None:
            os.read(self.lifeline, 1)
            leave()

        threading.Thread(target=wait, name="lifeline", daemon=True).start()


@dataclass(slots=True)
class _Worker:
    number: int
    pid: int | None = None
    start_at: float = 0.0

    def ended(self) -> int | None:
        """Its exit code, 128 + signal where it was killed; None while it runs. Told once."""
        if self.pid is None:
            return None
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return None
        self.pid = None
        code = os.waitstatus_to_exitcode(status)
        return code if code >= 0 else 128 - code


class Crew:
    """
    Args:
        listener: bound; the workers listen on it.
        drain_seconds: for workers that were told to end.
    """

    def __init__(self, listener: socket.socket, workers: int, *, drain_seconds: float) -> None:
        self._listener = listener
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

    def run(self) -> int | Post:
        """The exit code: 0 after a signal, a worker's own where none of them can start. In a worker, its post."""
        self._await_signals()
        found: int | Post = 0
        while not self._leaving and found == 0:
            found = self._look()
            sleep(_TICK)
        if isinstance(found, int):
            self._stop()
        return found

    def _await_signals(self) -> None:
        for each in _SIGNALS:
            signal.signal(each, self._leave)

    def _leave(self, *_: object) -> None:
        self._leaving = True

    def _look(self) -> int | Post:
        """Start what is due. Not 0 where there is no use in trying, and in a worker."""
        self._served = self._served or self._heard()
        for worker in self._workers:
            if (code := worker.ended()) is not None:
                worker.start_at = monotonic() + _AGAIN_SECONDS
                if not self._served and code in _NO_USE:
                    return code
                logger.warning("worker %d ended (exit %d) and is started again", worker.number, code)
            if worker.pid is None and monotonic() >= worker.start_at:
                post = self._start(worker)
                if post is not None:
                    return post
        return 0

    def _heard(self) -> bool:
        try:
            return bool(os.read(self._word[0], 1))
        except BlockingIOError:
            return False

    def _start(self, worker: _Worker) -> Post | None:
        """Its post, in the worker."""
        # A signal that comes before the worker has its own handlers waits for them.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        pid = os.fork()
        if pid:
            worker.pid = pid
        else:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            # Or the lifeline would not end with the process above.
            os.close(self._lifeline[1])
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        return None if pid else Post(self._lifeline[0], self._word[1], self._board, worker.number)

    def _stop(self) -> None:
        running = [worker for worker in self._workers if worker.pid is not None]
        for worker in running:
            _signal(worker, signal.SIGTERM)
        # From here on nobody is let in who would wait for workers that are leaving.
        self._listener.close()
        deadline = monotonic() + self._drain
        while any(worker.pid for worker in running) and monotonic() < deadline:
            sleep(_TICK)
            for worker in running:
                worker.ended()
        for worker in running:
            _signal(worker, signal.SIGKILL)


def _signal(worker: _Worker, number: signal.Signals) -> None:
    """One that has ended and was not asked yet takes it as well."""
    if worker.pid is not None:
        os.kill(worker.pid, number)
