"""The settings of a command: the environment, and for what it leaves open the system that runs in the state folder."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from services.cli.errors import ExitCode, Failure
from services.cli.running import find_running
from shared.runtime.settings import PREFIX, Settings, SettingsError, environment_with_secrets, load_settings

_EVERYWHERE: Final = "0.0.0.0"  # noqa: S104  # compared with, not bound


def state_folder(environment: Mapping[str, str] | None = None) -> Path:
    """`CACAH_STATE`, or the usual folder; absolute."""
    source = os.environ if environment is None else environment
    return Path(source.get("CACAH_STATE") or Settings().state).absolute()


def known_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with secrets instead of the names of their files. Raises Failure."""
    try:
        return environment_with_secrets(environment)
    except SettingsError as problem:
        raise _bad(problem) from None


def known_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Raises Failure naming every setting that cannot be used."""
    return read_settings(known_environment(environment))


def known_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The `CACAH_` variables that lead to the running system; those that are set come first."""
    source = os.environ if environment is None else environment
    given = {name: value for name, value in source.items() if name.startswith(PREFIX)}
    running = find_running(state_folder(source))
    return {**(running.settings if running else {}), **given}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """As `load_settings`, for people."""
    try:
        return load_settings(environment)
    except SettingsError as problem:
        raise _bad(problem) from None


def _bad(problem: SettingsError) -> Failure:
    return Failure(f"bad settings: {problem}", fix="correct or unset them", code=ExitCode.USAGE)


def intake_url(settings: Settings) -> str:
    return door_url(settings, settings.intake_port)


def door_url(settings: Settings, port: int) -> str:
    """Where this machine reaches a service, whichever address it listens on."""
    return f"http://{'127.0.0.1' if settings.host == _EVERYWHERE else settings.host}:{port}"
