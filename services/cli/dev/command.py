"""`cacah dev`: one system until it is stopped; a second start shows the first."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from rich.console import Console

from services.cli.dev.banner import show
from services.cli.dev.screen import Screen
from services.cli.dev.signals import Stopped, stoppable
from services.cli.dev.state import OwnedElsewhereError, fleeting_state
from services.cli.dev.system import running_system
from services.cli.running import Running, find_running, is_owned

_OTHER_STARTS_SECONDS: Final = 300.0


def run(state: Path | None, *, usual: Path, workers: int, ephemeral: bool, console: Console) -> None:
    """Returns when it was asked to stop, or at once where the system runs already.

    Args:
        state: as asked for; `usual` if left out, or a fresh folder where it is `ephemeral`.

    Raises:
        EngineError, Failure, KeysError, TopicsError: it cannot start; nothing is left running.
    """
    known = state or (None if ephemeral else usual)
    if known is not None and show_running(known, console):
        return
    with stoppable(), ExitStack() as stack:
        try:
            folder = stack.enter_context(fleeting_state(state)) if ephemeral else known or usual
            _run(folder, workers, console)
        except OwnedElsewhereError:
            # Another start was faster.
            show_running(known or usual, console)
        except Stopped:
            console.print("[green]stopped")


def _run(state: Path, workers: int, console: Console) -> None:
    screen = Screen(console)
    with running_system(state, screen=screen, workers=workers) as system:
        show(console, system.running(), title="Cacah is running")
        system.keep()


def show_running(state: Path, console: Console) -> bool:
    """Whether a system runs in `state`; then its table is shown. Waits for one that is starting."""
    deadline = time.monotonic() + _OTHER_STARTS_SECONDS
    while is_owned(state) and time.monotonic() < deadline:
        running: Running | None = find_running(state)
        if running is not None and running.ready:
            show(console, running, title="already running")
            return True
        time.sleep(0.1)
    return False
