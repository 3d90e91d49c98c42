"""How every service starts: settings, logs, one clear line where it cannot."""

import ctypes
import gc
import logging
import sys
from collections.abc import Callable

from shared.runtime.keys import KeysError
from shared.runtime.logs import configure_logs
from shared.runtime.settings import Settings, SettingsError, load_settings

logger = logging.getLogger(__name__)

REFUSED = 1
USAGE = 2
UNREACHABLE = 3
_ARENAS = -8
"""`M_ARENA_MAX` of glibc's `mallopt`."""


def start(
    name: str,
    run: Callable[[Settings], None],
    unreachable: tuple[type[Exception], ...],
    *,
    refused: tuple[type[Exception], ...] = (),
) -> None:
    """Load the settings, configure logs and run.

    Exits 2 for a setting that cannot be used and, after one line, 3 for the `unreachable` exceptions and 1 for the
    `refused` ones.
    """
    try:
        settings = load_settings()
    except SettingsError as problem:
        sys.stderr.write(f"{name}: bad settings\n{problem}\n")
        sys.exit(USAGE)
    configure_logs(name, level=settings.log_level, style=settings.log_format)
    _spare_collections()
    _spare_arenas()
    try:
        run(settings)
    except KeysError as problem:
        logger.error("%s", problem)  # noqa: TRY400  # one clear line, not a traceback
        sys.exit(USAGE)
    except refused as problem:
        logger.error("refused: %s", problem)  # noqa: TRY400  # one clear line, not a traceback
        sys.exit(REFUSED)
    except unreachable as problem:
        logger.error("cannot start: %s", problem)  # noqa: TRY400  # one clear line, not a traceback
        sys.exit(UNREACHABLE)


def _spare_collections() -> None:
    """What services make in quantity, forms and batches, has no cycles and goes when it is done with. Python would look
    through it for cycles every 700 objects, and through everything else as often as that finds none: up to half of a
    worker's time. What is imported by now stays for good; the rest is looked through every few batches."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def _spare_arenas() -> None:
    """glibc gives every thread its own place for what it allocates, up to eight for each core, and each keeps what was
    needed there once. A worker's threads mostly wait for each other: two places will do, and take 40 MB less."""
    allocator = ctypes.CDLL(None)
    if hasattr(allocator, "mallopt"):
        allocator.mallopt(_ARENAS, 2)
