"""Builds the dashboard from settings."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment
from pymongo import AsyncMongoClient

from services.dashboard.mongo import MongoHealth
from services.dashboard.ports import Health
from shared.runtime.settings import Settings
from shared.web.static import COMMON, Assets
from shared.web.templates import template_environment

_HERE: Final = Path(__file__).parent
_PATIENCE_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the application is made of."""

    health: Health
    assets: Assets
    templates: Environment


def wire(health: Health) -> Wiring:
    assets = Assets([COMMON, _HERE / "static"])
    return Wiring(health, assets, template_environment([_HERE / "templates"], assets))


def build(settings: Settings) -> Wiring:
    """Nothing is sent before the application starts."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        settings.mongo, serverSelectionTimeoutMS=_PATIENCE_MS, appname="cacah-dashboard"
    )
    return wire(MongoHealth(client))
