"""Settings from the environment, prefix `CACAH_`. Every bad one is named in one message."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from shared.domain.census import DEFAULT_CENSUS_DAY
from shared.runtime.secret_files import parse_secret

Network = IPv4Network | IPv6Network

PREFIX = "CACAH_"
_FILES = {"CACAH_KEK_FILE": "CACAH_KEK", "CACAH_MONGO_FILE": "CACAH_MONGO"}
"""Settings that may stand in a file: what names it, and the setting."""


class SettingsError(Exception):
    """One or more settings cannot be used; the message lists all of them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one process of Cacah is to run.

    `kafka` is a list of bootstrap servers and `mongo` a MongoDB URI. `state` holds local stores, logs and engine data;
    `keys` is the folder of secrets and `kek` the key-encryption key, where it is not in there. `instance` tells apart
    the workers of one stage. `intake` is where other services reach it. Ports are on 127.0.0.1 unless `host` says
    otherwise. `agency_period`: seconds between two steps of what agencies' figures show.
    """

    kafka: str = "127.0.0.1:9092"
    mongo: str = "mongodb://127.0.0.1:27017/?replicaSet=cacah"
    database: str = "cacah"
    state: Path = Path(".cacah")
    keys: Path = Path(".cacah/keys")
    kek: bytes | None = field(default=None, repr=False)
    generation: str = "g1"
    pinned: bool = field(default=False, metadata={"derived": True})
    """Whether the generation was asked for; if not, it is the live one, once somebody has looked."""
    instance: str = "0"
    partitions: int = 4
    census_day: date = DEFAULT_CENSUS_DAY
    quarantine_limit: int = 1000
    host: str = "127.0.0.1"
    intake: str = "http://127.0.0.1:8000"
    intake_port: int = 8000
    intake_workers: int = 0
    trusted_proxies: str = "127.0.0.0/8,::1"
    address_rate: int = 20
    address_burst: int = 2_000
    partner_rate: int = 5_000
    partner_burst: int = 100_000
    dashboard_port: int = 8001
    portal_port: int = 8002
    metrics_port: int = 0
    agency_period: int = 86_400
    log_level: str = "INFO"
    log_format: str = "json"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Raises SettingsError naming every setting that cannot be read, and every unknown one with the prefix."""
    source, problems = _with_secrets(os.environ if environment is None else environment)
    values: dict[str, object] = {}
    for name in sorted(key for key in source if key.startswith(PREFIX)):
        setting = name.removeprefix(PREFIX).lower()
        if setting not in _READERS:
            continue
        try:
            values[setting] = _READERS[setting](source[name])
        except ValueError as problem:
            problems.append(f"{name}: {problem}")
    if problems:
        raise SettingsError("\n".join(problems))
    values["pinned"] = "generation" in values
    if "state" in values and "keys" not in values:
        values["keys"] = Path(str(values["state"])) / "keys"
    return Settings(**values)  # type: ignore[arg-type]  # the readers below give each field its own type


def environment_with_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with what `..._FILE` variables point to in their place. Raises SettingsError."""
    resolved, problems = _with_secrets(environment)
    if problems:
        raise SettingsError("\n".join(problems))
    return resolved


def _with_secrets(environment: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    resolved, problems = dict(environment), list[str]()
    for named, setting in _FILES.items():
        path = resolved.pop(named, None)
        if path is None:
            continue
        if setting in resolved:
            problems.append(f"{named}: {setting} is set as well; unset one of them")
            continue
        try:
            resolved[setting] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            problems.append(f"{named}: the file cannot be read ({type(problem).__name__})")
    return resolved, problems


def _number(lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise ValueError(f"must be a whole number from {lowest} to {highest}")
        return int(text)

    return read


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _web(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError("must be an address like http://127.0.0.1:8000")
    return text.rstrip("/")


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError("must be one of " + ", ".join(choices))
        return text

    return read


def networks(text: str) -> tuple[Network, ...]:
    """Raises ValueError."""
    try:
        return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())
    except ValueError:
        raise ValueError("must be addresses or networks like 10.1.2.0/24, separated by commas") from None


def _networks(text: str) -> str:
    return text if networks(text) or not text.strip() else ""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a day like 2026-09-01") from None


def _generation(text: str) -> str:
    if not (text[:1] == "g" and text[1:].isascii() and text[1:].isdigit()):
        raise ValueError("must look like g1")
    return text


_READERS: dict[str, Callable[[str], object]] = {
    "kafka": _text,
    "mongo": _text,
    "database": _text,
    "state": Path,
    "keys": Path,
    "kek": parse_secret,
    "generation": _generation,
    "instance": _text,
    "partitions": _number(1, 1024),
    "census_day": _day,
    "quarantine_limit": _number(0, 2**31),
    "host": _text,
    "intake": _web,
    "intake_port": _number(0, 65535),
    "intake_workers": _number(0, 64),
    "trusted_proxies": _networks,
    "address_rate": _number(0, 1_000_000),
    "address_burst": _number(1, 100_000_000),
    "partner_rate": _number(0, 1_000_000),
    "partner_burst": _number(1, 100_000_000),
    "dashboard_port": _number(0, 65535),
    "portal_port": _number(0, 65535),
    "metrics_port": _number(0, 65535),
    "agency_period": _number(10, 86_400),
    "log_level": _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    "log_format": _one_of("json", "text"),
}
