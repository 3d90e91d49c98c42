"""The offices of the demo: while families answer, they send in, part by part, who of these works for them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from pymongo import AsyncMongoClient

from services.cli.api import Api
from services.cli.generate.plan import Plan
from services.cli.generate.rosters import OFFICES, Rosters
from services.cli.generate.stories import Story
from services.cli.known import intake_url
from services.cli.roster import LINES
from shared.domain.regions import NATION, catalogue
from shared.runtime.partners import Scope, make_key, new_partner
from shared.runtime.partners.mongo import MongoPartners
from shared.runtime.settings import Settings

PERIOD: Final = {"CACAH_AGENCY_PERIOD": "10"}
"""A step of agencies' figures: seconds, so that one sees them move. Elsewhere it is a day."""
_PARTNER: Final = "demo-offices"
_PARTS: Final = 4
_REGENCY: Final = len("35.09")


class Offices:
    """Sends while families are told; `sent`: names so far.

    Args:
        folder: where the lists are kept.

    Raises:
        Failure: intake does not take a list.
    """

    def __init__(self, plan: Plan, settings: Settings, folder: Path) -> None:
        self.codes = offices_of(plan.region)
        self.sent = 0
        self._length = len(self.codes[0].partition("-")[0])
        self._folder = folder
        self._rosters = Rosters(plan, folder)
        self._api = Api(intake_url(settings), asyncio.run(_admit(settings, self.codes)))
        self._part = max(1, plan.households // _PARTS)
        self._due = self._part
        self._told = 0
        self._read: dict[Path, int] = {}

    def __enter__(self) -> Self:
        self._rosters.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rosters.__exit__(kind, error, trace)
        self._api.close()

    def add(self, story: Story) -> None:
        self._rosters.add(story)
        self._told += story.families
        if self._told >= self._due:
            self._due += self._part
            self.send()

    def send(self) -> None:
        """What is on the lists and was not sent yet."""
        self._rosters.flush()
        fresh: dict[str, list[bytes]] = {}
        for file in sorted(self._folder.glob("*.ndjson")):
            region, _, office = file.stem.partition("-")
            fresh.setdefault(f"{region[: self._length]}-{office}", []).extend(self._fresh(file))
        for agency, lines in fresh.items():
            for first in range(0, len(lines), LINES):
                self._api.send(f"/v1/agencies/{agency}/roster", [b"".join(lines[first : first + LINES])])
            self.sent += len(lines)

    def _fresh(self, file: Path) -> Iterator[bytes]:
        with file.open("rb") as lines:
            lines.seek(self._read.get(file, 0))
            yield from lines
            self._read[file] = lines.tell()


def offices_of(region: str) -> tuple[str, ...]:
    """Those of the province, or of the regency where the demo is of one; of every province for the nation."""
    regions = catalogue().children(NATION) if region == NATION else [region[:_REGENCY]]
    return tuple(f"{each}-{office}" for each in regions for office in OFFICES)


async def _admit(settings: Settings, agencies: tuple[str, ...]) -> str:
    key, now = make_key(), datetime.now(UTC).replace(microsecond=0)
    scopes: frozenset[Scope] = frozenset({"roster"})
    made = new_partner(_PARTNER, name="Demo", scopes=scopes, agencies=frozenset(agencies), key=key, now=now)
    async with AsyncMongoClient[dict[str, Any]](settings.mongo, appname="cacah-demo") as client:
        await MongoPartners(client, settings.database).add(made)
    return str(key)
