"""From settings back to the environment of the services, and of commands that talk to them."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from deploy.engines import Endpoints
from services.cli.dev.plan import DOORS
from services.cli.known import intake_url
from shared.runtime.settings import Settings

UNBUFFERED: Final = {"PYTHONUNBUFFERED": "1"}
"""What a service says is in its log at once."""


def variables(settings: Settings) -> dict[str, str]:
    """The settings that every process of one system shares."""
    return {
        "CACAH_KAFKA": settings.kafka,
        "CACAH_MONGO": settings.mongo,
        "CACAH_DATABASE": settings.database,
        "CACAH_STATE": str(settings.state),
        "CACAH_KEYS": str(settings.keys),
        "CACAH_PARTITIONS": str(settings.partitions),
        "CACAH_CENSUS_DAY": settings.census_day.isoformat(),
        "CACAH_QUARANTINE_LIMIT": str(settings.quarantine_limit),
        "CACAH_HOST": settings.host,
        "CACAH_INTAKE": settings.intake,
        "CACAH_AGENCY_PERIOD": str(settings.agency_period),
        **{door.setting: str(door.port(settings)) for door in DOORS},
        # Left out, every process works on the live generation, and goes over to the next one by itself.
        **({"CACAH_GENERATION": settings.generation} if settings.pinned else {}),
    }


def of_services(settings: Settings, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """All of the environment, the settings as they turned out, and logs that the screen can read."""
    source = os.environ if environment is None else environment
    return {
        **source,
        **variables(settings),
        "CACAH_LOG_LEVEL": settings.log_level,
        "CACAH_LOG_FORMAT": "json",
        **UNBUFFERED,
    }


def settled(settings: Settings, *, state: Path, endpoints: Endpoints, ports: Mapping[str, int]) -> Settings:
    """The settings once it is known where everything is. `ports`: of the doors, by name."""
    moved = replace(settings, kafka=endpoints.kafka, mongo=endpoints.mongo, state=state, keys=settings.keys.absolute())
    fields = {f"{name}_port": port for name, port in ports.items()}
    settled_ports = replace(moved, **fields)  # type: ignore[arg-type]  # ports are numbers
    return replace(settled_ports, intake=intake_url(settled_ports))
