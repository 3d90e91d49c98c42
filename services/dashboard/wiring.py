"""Builds the dashboard from settings."""

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment
from pymongo import AsyncMongoClient

from services.dashboard.access import Access
from services.dashboard.agency_releases import AgencyReleaser
from services.dashboard.agency_views import AgencyViews
from services.dashboard.day_ends import DayEnds
from services.dashboard.freshness import Freshness
from services.dashboard.histories import Histories
from services.dashboard.kafka import KafkaEnds
from services.dashboard.ports import LogEnds, PublicStore, Totals
from services.dashboard.published import Published
from services.dashboard.releaser import Releaser
from services.dashboard.report import Reports
from services.dashboard.store.public import MongoPublic, now_utc
from services.dashboard.store.totals import MongoTotals
from services.dashboard.streams import Streams
from services.dashboard.views import Views
from shared.domain.regions import catalogue
from shared.runtime.partners import MemoryPartners, PartnerStore
from shared.runtime.partners.mongo import MongoPartners
from shared.runtime.settings import Settings
from shared.web.static import COMMON, Assets
from shared.web.templates import template_environment

logger = logging.getLogger(__name__)

_HERE: Final = Path(__file__).parent
_PATIENCE_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the application is made of. `now`: the time, UTC."""

    totals: Totals
    store: PublicStore
    published: Published
    freshness: Freshness
    agencies: AgencyReleaser
    releaser: Releaser
    views: Views
    agency_views: AgencyViews
    reports: Reports
    access: Access
    streams: Streams
    now: Callable[[], datetime]
    assets: Assets
    templates: Environment
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        """The work that goes on beside requests."""
        for work in (self.freshness.run(), self.releaser.run(), self.streams.run()):
            task = asyncio.create_task(work)
            task.add_done_callback(_end_with)
            self.tasks.append(task)

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def _end_with(task: asyncio.Task[None]) -> None:
    """Figures that nobody moves any more must not look alive: the process ends, and is started again."""
    if not task.cancelled() and (problem := task.exception()) is not None:
        logger.critical("%s", problem, exc_info=problem)
        os._exit(1)


def wire(
    totals: Totals,
    store: PublicStore,
    ends: LogEnds,
    *,
    now: Callable[[], datetime] = now_utc,
    agency_period: int = 86_400,
    partners: PartnerStore | None = None,
) -> Wiring:
    """`agency_period`: seconds between two steps of agencies' figures."""
    published = Published()
    freshness = Freshness(ends, now=now)
    agencies = AgencyReleaser(totals, store, now=now, period=agency_period)
    releaser = Releaser(totals, store, published, freshness, agencies, day_ends=DayEnds(ends, now=now), now=now)
    names = catalogue()
    views = Views(published, freshness, Histories(store, names, now=now), names, now=now)
    agency_views = AgencyViews(store, agencies, published, names, now=now)
    assets = Assets([COMMON, _HERE / "static"])
    templates = template_environment([_HERE / "templates"], assets)
    return Wiring(
        totals,
        store,
        published,
        freshness,
        agencies,
        releaser,
        views,
        agency_views,
        Reports(views, agency_views),
        Access(partners or MemoryPartners(), now=now),
        Streams(views),
        now,
        assets,
        templates,
    )


def build(settings: Settings) -> Wiring:
    """Nothing is asked of MongoDB or Kafka before the application starts."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        settings.mongo, serverSelectionTimeoutMS=_PATIENCE_MS, appname="cacah-dashboard"
    )
    return wire(
        MongoTotals(client, settings.database),
        MongoPublic(client, settings.database),
        KafkaEnds(settings.kafka),
        agency_period=settings.agency_period,
        partners=MongoPartners(client, settings.database),
    )
