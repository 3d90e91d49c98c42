"""What agencies would have shown on days that are over, from what each day added. Pure.

A day's counters are of who is on the list now. So a list has a past only from the day after its newest name was put on
it: before that, the sums would tell of people who were not on it yet.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from services.dashboard.release.agencies import KINDS, Counters, Roster, Shown, Why, decide

Days = Mapping[str, Counters]
"""Day -> what it added."""


def roster_of(days: Days) -> Roster:
    """Names on the list by the day that they were put there."""
    enrolled = {day: (members(counters, KINDS[0]), members(counters, KINDS[1])) for day, counters in days.items()}
    return {day: names for day, names in enrolled.items() if any(names)}


def members(counters: Counters, kind: str) -> int:
    return counters.get(f"members{kind}", 0)


def past_of(before: Shown | None, days: Days, *, after: str, today: str) -> Iterator[tuple[Shown | None, Why, str]]:
    """What is decided, and in which period, for each day between two, both left out.

    A period begins with its day, as that of a living release does: it has what was received before.
    """
    roster, sums = roster_of(days), dict[str, int]()
    newest = max(roster, default="")
    for day, added in sorted(days.items()):
        for name, number in added.items():
            sums[name] = sums.get(name, 0) + number
        period = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
        if newest <= day and after < period < today:
            before, why = decide(before, {name: number for name, number in sums.items() if number}, roster, period)
            yield before, why, period
