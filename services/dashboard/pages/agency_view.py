"""What the pages of agencies show: one row an agency, as of a day, and how that compares with a week before."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from services.dashboard.release.agencies import FEW_ANSWERED, FEW_MISSING, Shown
from shared.domain.regions import Catalogue
from shared.runtime.targets import Target

WEEK: Final = timedelta(days=7)
AgencySort = Literal["rank", "name", "members", "responded", "share", "week"]
_CODE: Final = re.compile(r"(\d\d(?:\.\d\d){0,2})-(.+)")
_SPARK: Final = 14


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """`expected`: the target, or else all members. Shares are of that; of kinds, of their members. None: not shown.

    `region` is empty where the agency's code names none.
    """

    code: str
    office: str
    region: str
    region_name: str
    period: str
    counters: Mapping[str, int]
    expected: int
    target: Target | None
    share: float | None
    share_before: float | None
    week: int | None
    rank: int | None = None
    rank_before: int | None = None
    spark: str = ""

    def number(self, name: str) -> int | None:
        return self.counters.get(name)

    def share_of(self, kind: str) -> float | None:
        """`kind`: `_asn` or `_non_asn`."""
        members, responded = self.counters.get(f"members{kind}"), self.counters.get(f"responded{kind}")
        return responded / members if members and responded is not None else None

    @property
    def few(self) -> str:
        """`few_missing`, `few_answered`, or empty: what is said where the number that answered is not shown."""
        return next((name for name in (FEW_MISSING, FEW_ANSWERED) if name in self.counters), "")

    @property
    def clean_share(self) -> float | None:
        responded, clean = self.counters.get("responded"), self.counters.get("clean")
        return clean / responded if responded and clean is not None else None

    @property
    def rank_change(self) -> int | None:
        return None if self.rank is None or self.rank_before is None else self.rank_before - self.rank

    @property
    def gain(self) -> float | None:
        """Of the share, since a week before."""
        return None if self.share is None or self.share_before is None else self.share - self.share_before


@dataclass(frozen=True, slots=True)
class AgencyTotals:
    """Sums of the rows whose answers are shown, and of no other: else what is not shown could be subtracted."""

    agencies: int
    expected: int
    responded: int
    responded_before: int | None

    @property
    def share(self) -> float | None:
        return self.responded / self.expected if self.expected else None


def region_of(code: str) -> str:
    found = _CODE.fullmatch(code)
    return found[1] if found else ""


def under(agency: str, region: str) -> bool:
    """Whether an agency stands in a region or below it. The nation has all."""
    own = region_of(agency)
    return region in {"", "00"} or own == region or own.startswith(f"{region}.")


def agency_rows(
    histories: Mapping[str, Sequence[Shown]], targets: Mapping[str, Target], day: date, catalogue: Catalogue
) -> tuple[AgencyRow, ...]:
    """As of the end of `day`, ranked by share; those without one last, by code."""
    rows = [
        _row(code, known, targets.get(code), history, day=day, catalogue=catalogue)
        for code, history in histories.items()
        if (known := _as_of(history, day)) is not None
    ]
    ranks = _ranks({row.code: row.share for row in rows})
    # Places are compared among those that have one now: who is not shown any more has not been overtaken.
    before = _ranks({row.code: row.share_before for row in rows if row.share is not None})
    ranked = [replace(row, rank=ranks.get(row.code), rank_before=before.get(row.code)) for row in rows]
    return tuple(sorted(ranked, key=lambda row: (row.rank is None, row.rank or 0, row.code)))


def totals_of(rows: Sequence[AgencyRow]) -> AgencyTotals:
    shown = [row for row in rows if row.share is not None]
    before = [row.counters["responded"] - row.week for row in shown if row.week is not None]
    return AgencyTotals(
        agencies=len(shown),
        expected=sum(row.expected for row in shown),
        responded=sum(row.counters["responded"] for row in shown),
        responded_before=sum(before) if len(before) == len(shown) and shown else None,
    )


def _row(
    code: str, shown: Shown, target: Target | None, history: Sequence[Shown], *, day: date, catalogue: Catalogue
) -> AgencyRow:
    found = _CODE.fullmatch(code)
    region = found[1] if found and found[1] in catalogue else ""
    expected = target.number if target else shown.counters["members"]
    before = _as_of(history, day - WEEK)
    responded, earlier = shown.counters.get("responded"), before.counters.get("responded") if before else None
    earlier_expected = target.number if target else before.counters["members"] if before else 0
    return AgencyRow(
        code=code,
        office=found[2] if found and region else code,
        region=region,
        region_name=catalogue.name(region) if region else "",
        period=shown.period,
        counters=shown.counters,
        expected=expected,
        target=target,
        share=None if responded is None or not expected else responded / expected,
        share_before=None if earlier is None or not earlier_expected else earlier / earlier_expected,
        week=None if responded is None or earlier is None else responded - earlier,
        spark=_spark([each for each in history if each.period[:10] <= day.isoformat()]),
    )


def _as_of(history: Sequence[Shown], day: date) -> Shown | None:
    known = [each for each in history if each.period[:10] <= day.isoformat()]
    return known[-1] if known else None


def _ranks(shares: Mapping[str, float | None]) -> dict[str, int]:
    ordered = sorted((share for share in shares.values() if share is not None), reverse=True)
    first = {share: place for place, share in reversed(list(enumerate(ordered, start=1)))}
    return {code: first[share] for code, share in shares.items() if share is not None}


def _spark(history: Sequence[Shown]) -> str:
    values = [each.counters["responded"] for each in history if "responded" in each.counters][-_SPARK:]
    if len(values) < 2:
        return ""
    low, span = min(values), max(max(values) - min(values), 1)
    return " ".join(
        f"{number / (len(values) - 1) * 84:.0f},{19 - (value - low) / span * 17:.0f}"
        for number, value in enumerate(values)
    )
