"""Builds the portal from settings."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import httpx

from services.portal.form.checking import Checker
from services.portal.form.pages import Way
from services.portal.intake.http import PATIENCE_SECONDS, HttpIntake
from services.portal.metrics import Metrics
from services.portal.operators.badge import Badges
from services.portal.operators.port import HttpOperations, Operations
from services.portal.saving.kept import HttpDrafts
from services.portal.saving.safe import Cost, Drafts, MemoryDrafts, Safe
from services.portal.sessions.visit import Visits
from services.portal.site import Site
from services.portal.views.status import WAIT_SECONDS
from shared.domain.census import WIB
from shared.domain.questionnaire import in_force
from shared.runtime.keys import load_portal_key, load_portal_partner_key
from shared.runtime.settings import Settings
from shared.web.static import COMMON, Assets
from shared.web.templates import template_environment

_HERE: Final = Path(__file__).parent
_TIMEOUT: Final = httpx.Timeout(10.0, connect=2.0)


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the application is made of. `now`: seconds since 1970. `client`: closed with the application. `waiting`: seconds
    that a status waits for the count."""

    site: Site
    badges: Badges
    operations: Operations
    client: httpx.AsyncClient
    now: Callable[[], float]
    waiting: float


def wire(
    secret: bytes,
    client: httpx.AsyncClient,
    *,
    census_day: date,
    drafts: Drafts | None = None,
    cost: Cost | None = None,
    now: Callable[[], float] = time.time,
    patience: float = PATIENCE_SECONDS,
    waiting: float = WAIT_SECONDS,
) -> Wiring:
    """`client`: with intake's address. `drafts`: in memory where they are left out. `patience`: seconds over which
    sending a form is repeated. `waiting`: seconds that a status waits for the count."""

    def today() -> date:
        return datetime.fromtimestamp(now(), WIB).date()

    assets = Assets([COMMON, _HERE / "static"])
    way = Way(in_force(today()), census_day)
    intake = HttpIntake(client, patience)
    site = Site(
        assets=assets,
        templates=template_environment([_HERE / "templates"], assets),
        visits=Visits(secret, now),
        way=way,
        checker=Checker(way, census_day, today),
        intake=intake,
        safe=Safe(drafts or MemoryDrafts(), cost),
        metrics=Metrics(),
    )
    return Wiring(site, Badges(secret, now), HttpOperations(intake), client, now, waiting)


def build(settings: Settings) -> Wiring:
    """Nothing is sent before a page needs it. Raises KeysError."""
    client = httpx.AsyncClient(base_url=settings.intake, timeout=_TIMEOUT)
    drafts = HttpDrafts(HttpIntake(client), load_portal_partner_key(settings.keys))
    return wire(load_portal_key(settings.keys), client, census_day=settings.census_day, drafts=drafts)
