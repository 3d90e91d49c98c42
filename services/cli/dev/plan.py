"""What `cacah dev` runs: the services of a system, in the order in which they start."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from shared.runtime.settings import PREFIX, Settings

DRAIN_SECONDS: Final = 40.0
"""Intake answers what it has taken before it goes: its own limit, its crew's grace, and a little more."""
WORKER_GRACE_SECONDS: Final = 10.0
"""A worker may be killed at any point, so there is little to wait for."""


@dataclass(frozen=True, slots=True)
class Service:
    """One process. `stage` is what workers of one kind have in common; `partitions` is how many they must take over
    between them before the stage is ready, 0 for a service that is asked over HTTP at `readiness_url`."""

    name: str
    stage: str
    module: str
    log: Path
    environment: Mapping[str, str] = field(repr=False)
    grace: float
    partitions: int = 0
    readiness_url: str = ""

    @property
    def command(self) -> tuple[str, ...]:
        return (sys.executable, "-m", self.module)


@dataclass(frozen=True, slots=True)
class Door:
    """A service that answers over HTTP, at the port that the setting `<name>_port` asks for."""

    name: str
    grace: float

    @property
    def setting(self) -> str:
        return f"{PREFIX}{self.name.upper()}_PORT"

    def port(self, settings: Settings) -> int:
        port: int = getattr(settings, f"{self.name}_port")
        return port


DOORS: Final = (
    Door("dashboard", WORKER_GRACE_SECONDS),
    Door("portal", WORKER_GRACE_SECONDS),
    Door("intake", DRAIN_SECONDS),
)
"""Intake last: it opens when everything behind it is there, and closes before the rest."""

STAGES: Final = ("aggregator", "deduplicator", "validator")
"""Downstream first: what a stage sends finds its reader, and on the way out intake closes before the rest."""

STAGE_MODULES: Final = tuple(f"services.{stage}" for stage in STAGES)
MODULES: Final = (*STAGE_MODULES, *(f"services.{door.name}" for door in DOORS))


def plan_services(
    environment: Mapping[str, str],
    *,
    logs: Path,
    workers: int,
    partitions: int,
    urls: Mapping[str, str],
    persons: int | None = None,
) -> tuple[Service, ...]:
    """In start order. `environment` is that of every service; `urls`: of the doors, by name; the rest as for
    `plan_stages`."""
    stages = plan_stages(environment, logs=logs, workers=workers, partitions=partitions, persons=persons)
    doors = tuple(
        Service(
            name=door.name,
            stage=door.name,
            module=f"services.{door.name}",
            log=logs / f"{door.name}.log",
            environment=environment,
            grace=door.grace,
            readiness_url=f"{urls[door.name]}/readyz",
        )
        for door in DOORS
    )
    return (*stages, *doors)


def plan_stages(
    environment: Mapping[str, str],
    *,
    logs: Path,
    workers: int,
    partitions: int,
    persons: int | None = None,
    prefix: str = "",
) -> tuple[Service, ...]:
    """The count alone. Workers of a stage differ in `CACAH_INSTANCE`. `persons`: partitions of persons, where they are
    not as many as of submissions. `prefix` stands before every name."""
    taken = {"validator": partitions, "deduplicator": persons or partitions, "aggregator": 1}
    return tuple(
        Service(
            name=(name := f"{prefix}{stage}" if workers == 1 else f"{prefix}{stage}-{instance}"),
            stage=stage,
            module=f"services.{stage}",
            log=logs / f"{name}.log",
            environment={**environment, "CACAH_INSTANCE": str(instance)},
            grace=WORKER_GRACE_SECONDS,
            partitions=taken[stage],
        )
        for stage in STAGES
        for instance in range(workers)
    )
