"""From a request to what is shown of agencies: the one way, for pages, report, CSV and JSON."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from services.dashboard.agency_releases import AgencyReleaser
from services.dashboard.pages.agency_view import AgencyRow, AgencySort, AgencyTotals, agency_rows, totals_of, under
from services.dashboard.ports import AgencyRelease, PublicStore
from services.dashboard.published import Published
from services.dashboard.release.agencies import Why
from shared.domain.census import WIB
from shared.domain.regions import Catalogue

_BACK: Final = timedelta(days=35)
_UPWARDS: Final = frozenset({"rank", "name"})
_LEADERS: Final = 5


@dataclass(frozen=True, slots=True)
class AgencyQuestion:
    """`region`: agencies there and below; the nation means all. `day`: as of its end."""

    day: date
    region: str = "00"
    sort: AgencySort = "rank"
    descending: bool = False
    search: str = ""


@dataclass(frozen=True, slots=True)
class AgenciesView:
    """`rows`: as asked for. `hidden`: agencies there that nothing is shown of."""

    question: AgencyQuestion
    region_name: str
    everyone: tuple[AgencyRow, ...]
    rows: tuple[AgencyRow, ...]
    totals: AgencyTotals
    hidden: int

    @property
    def ranked(self) -> tuple[AgencyRow, ...]:
        return tuple(row for row in self.everyone if row.rank is not None)

    @property
    def leaders(self) -> tuple[AgencyRow, ...]:
        return self.ranked[:_LEADERS]

    @property
    def laggards(self) -> tuple[AgencyRow, ...]:
        """The last ones, the very last first; none of the leaders."""
        return tuple(reversed(self.ranked[_LEADERS:][-_LEADERS:]))

    @property
    def climbers(self) -> tuple[AgencyRow, ...]:
        """Who gained most of their share since a week before."""
        known = [row for row in self.ranked if row.gain is not None and row.gain > 0]
        return tuple(sorted(known, key=lambda row: -(row.gain or 0))[:_LEADERS])


@dataclass(frozen=True, slots=True)
class OwnAgency:
    """What an agency sees of itself. `on_list`: its members as its list stands now; `waiting`: since the last step."""

    row: AgencyRow | None
    code: str
    on_list: int
    why: Why
    looked_at: str


class AgencyViews:
    """Every method raises StoreUnreachable, and UnknownRegionError for the region of a question."""

    def __init__(
        self,
        store: PublicStore,
        releaser: AgencyReleaser,
        published: Published,
        catalogue: Catalogue,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._releaser = releaser
        self._published = published
        self._catalogue = catalogue
        self._now = now

    @property
    def closed_at(self) -> str | None:
        """RFC 3339, where the figures are final."""
        return self._published.closed_at

    @property
    def today(self) -> date:
        return self._now().astimezone(WIB).date()

    async def agencies(self, question: AgencyQuestion) -> AgenciesView:
        name = self._catalogue.name(question.region)
        rows = [row for row in await self._rows(None, question.day) if under(row.code, question.region)]
        # Ranked among those that are asked for.
        histories = {row.code for row in rows}
        everyone = tuple(await self._rows(sorted(histories), question.day)) if histories else ()
        released = [code for code in self._releaser.released if under(code, question.region)]
        return AgenciesView(
            question, name, everyone, _asked(everyone, question), totals_of(everyone), len(set(released) - histories)
        )

    async def agency(self, code: str, day: date) -> AgencyRow | None:
        """Ranked among all."""
        return next((row for row in await self._rows(None, day) if row.code == code), None)

    async def own(self, agencies: Sequence[str] | None, on_lists: dict[str, int]) -> tuple[OwnAgency, ...]:
        """`agencies` None: all. `on_lists`: members now; of a closed census, those of the signed totals are told."""
        final = self._releaser.final_members
        on_lists = on_lists if final is None else dict(final)
        rows = {row.code: row for row in await self._rows(None, self.today)}
        codes = sorted(on_lists) if agencies is None else sorted(agencies)
        return tuple(self._own(code, rows.get(code), on_lists.get(code, 0)) for code in codes)

    async def history(self, code: str) -> Sequence[Any]:
        return (await self._store.agency_history([code], "")).get(code, ())

    async def _rows(self, codes: Sequence[str] | None, day: date) -> tuple[AgencyRow, ...]:
        history = await self._store.agency_history(codes, (day - _BACK).isoformat())
        shown = {code: known for code, known in history.items() if self._is_shown(code)}
        return agency_rows(shown, self._published.targets, day, self._catalogue)

    def _is_shown(self, code: str) -> bool:
        release = self._releaser.released.get(code)
        return release is not None and release.shown is not None

    def _own(self, code: str, row: AgencyRow | None, on_list: int) -> OwnAgency:
        release: AgencyRelease | None = self._releaser.released.get(code)
        why = Why.FEW_MEMBERS if release is None else release.why
        return OwnAgency(row, code, on_list, why, "" if release is None else release.looked_at)


def _asked(rows: Sequence[AgencyRow], question: AgencyQuestion) -> tuple[AgencyRow, ...]:
    wanted = question.search.casefold()
    found = [row for row in rows if wanted in row.code.casefold() or wanted in row.region_name.casefold()]
    value: Callable[[AgencyRow], Any] = {
        "rank": lambda row: row.rank,
        "name": lambda row: row.code,
        "members": lambda row: row.expected,
        "responded": lambda row: row.number("responded"),
        "share": lambda row: row.share,
        "week": lambda row: row.week,
    }[question.sort]
    with_value = sorted((row for row in found if value(row) is not None), key=value, reverse=question.descending)
    return (*with_value, *(row for row in found if value(row) is None))


def usual_direction(sort: AgencySort) -> bool:
    """Whether a column is usually read from the top down."""
    return sort not in _UPWARDS
