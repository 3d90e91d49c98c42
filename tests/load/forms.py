"""Forms that come in at a steady rate for as long as something else is measured, sent by `cacah submit`."""

import itertools
import os
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from tests.running import PROGRAM

_TURNS_A_SECOND = 20


class SteadyForms:
    """
    Args:
        forms: lines, enough for the whole of it.
        rate: lines a second of all senders together.
        senders: processes that send.
    """

    def __init__(self, forms: Path, state: Path, *, rate: float, senders: int = 2) -> None:
        self._end = threading.Event()
        self._answers: Counter[int] = Counter()
        self._lock = threading.Lock()
        self.sent = self.accepted = self.refused = 0
        self.ran_out = False
        lines = forms.read_bytes().splitlines(keepends=True)
        self._processes = [
            subprocess.Popen(
                [PROGRAM, "submit", "--json", "-"],
                env={**os.environ, "CACAH_STATE": str(state), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            for _ in range(senders)
        ]
        self._threads = [
            threading.Thread(target=work, args=arguments, daemon=True)
            for number, process in enumerate(self._processes)
            for work, arguments in (
                (self._feed, (process.stdin, lines[number::senders], rate / senders)),
                (self._read, (process.stdout,)),
            )
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Returns when every form that was sent has its answer."""
        self._end.set()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            process.wait(60)

    def answered_in(self, since: float, until: float) -> list[int]:
        """Forms that were answered in each whole second between two moments of the monotonic clock."""
        return [self._answers[second] for second in range(int(since) + 1, int(until))]

    def _feed(self, to: IO[bytes], lines: Sequence[bytes], rate: float) -> None:
        started, sent = time.monotonic(), 0
        for turn in itertools.count(1):
            due = int(turn * rate / _TURNS_A_SECOND)
            to.write(b"".join(lines[sent:due]))
            to.flush()
            with self._lock:
                self.sent += min(due, len(lines)) - sent
            sent = due
            if sent >= len(lines):
                self.ran_out = True
                break
            if self._end.wait(max(started + turn / _TURNS_A_SECOND - time.monotonic(), 0)):
                break
        to.close()

    def _read(self, answers: IO[bytes]) -> None:
        for line in answers:
            accepted = b'"problem": null' in line
            with self._lock:
                self._answers[int(time.monotonic())] += 1
                self.accepted += accepted
                self.refused += not accepted
