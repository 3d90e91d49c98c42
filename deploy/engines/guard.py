"""Runs one engine, and ends it when the process that asked for it is gone.

Started as a plain script: `guard.py GRACE COMMAND...`. Standard input is a pipe whose only writer is the process that
asked, so end of file means "stop now": on purpose (that process closed it) or because it died of anything, SIGKILL
included, on any thread, on Linux and macOS alike. The engine then gets SIGTERM and, GRACE seconds later, SIGKILL.
Standard output gets the engine's process id on one line; the exit code is the engine's (128 + signal when killed).

It imports nothing of the project, so it starts in some 30 ms and stays small.
"""

import os
import select
import signal
import subprocess
import sys
from types import FrameType

CANNOT_RUN = 127


def main(arguments: list[str]) -> int:
    grace, command = float(arguments[0]), arguments[1:]
    bell = _ring_on_signals()
    try:
        # Inherited descriptors stay open in the engine: one of them holds the lock of the state folder.
        engine = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=2, close_fds=False)  # noqa: S603
    except OSError as problem:
        sys.stderr.write(f"{command[0]} cannot be run: {problem.strerror}\n")
        return CANNOT_RUN
    os.write(1, b"%d\n" % engine.pid)
    os.close(1)
    while engine.poll() is None and not _asked_to_stop(bell):
        pass
    code = _end(engine, grace)
    return code if code >= 0 else 128 - code


_stopping = False


def _ring_on_signals() -> int:
    """A descriptor that becomes readable when a child ended or somebody asked this process to stop."""
    heard, rung = os.pipe()
    os.set_blocking(rung, False)  # a bell that has rung enough must not block its ringer
    signal.set_wakeup_fd(rung, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    return heard


def _stop(_number: int, _frame: FrameType | None) -> None:
    global _stopping  # noqa: PLW0603  # a signal handler has no other way to tell
    _stopping = True


def _asked_to_stop(bell: int) -> bool:
    ready, _, _ = select.select([0, bell], [], [])
    if bell in ready:
        os.read(bell, 64)
    return _stopping or (0 in ready and not os.read(0, 1))


def _end(engine: subprocess.Popen[bytes], grace: float) -> int:
    if engine.poll() is None:
        engine.terminate()
    try:
        return engine.wait(grace)
    except subprocess.TimeoutExpired:
        engine.kill()
        return engine.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
