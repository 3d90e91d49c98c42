"""What is shown of an agency: who works there is its own list, so that it could change the list and watch. Pure.

A figure is for at least ten members and moves once a period (a day). If memberships changed since it last moved, they
must be at least ten, and so must every change of what is shown: else a single name, added or exchanged, would tell.

Nobody missing is as telling as one: who knows the list then knows of each on it. So of what is shown of a list, every
part has at least ten, and where fewer are missing, or have answered, that is all that is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.dashboard.release.cells import LEAST, covered

Counters = Mapping[str, int]
Roster = Mapping[str, tuple[int, int]]
"""Day enrolled -> members who are civil servants, and who are not. An exchange of names shows in it."""

KINDS = ("_asn", "_non_asn")
FEW_MISSING, FEW_ANSWERED = "few_missing", "few_answered"
"""Among the counters: 1 where fewer than ten members have not answered, or have."""


class Why(StrEnum):
    """Why an agency's figures are as they are."""

    SHOWN = "shown"
    FEW_MEMBERS = "few_members"
    FEW_CHANGES = "few_changes"
    SMALL_CELLS = "small_cells"


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures of an agency from `period` on; those that would be too small are left out of `counters`."""

    period: str
    counters: Counters
    roster: Roster


def decide(before: Shown | None, counters: Counters, roster: Roster, period: str) -> tuple[Shown | None, Why]:
    """What is shown now, and why. `before` comes back where nothing may move."""
    if before is not None and before.period >= period:
        return before, Why.SHOWN
    changed = memberships_changed(before.roster if before else {}, roster)
    if counters.get("members", 0) < LEAST:
        gone = changed >= LEAST or before is None
        return (None if gone else before), Why.FEW_MEMBERS if gone else Why.FEW_CHANGES
    shown = Shown(period, finest(counters), roster)
    if before is not None and changed and not (changed >= LEAST and _change_covered(before.counters, shown.counters)):
        return before, Why.FEW_CHANGES
    return shown, Why.SHOWN if "responded" in shown.counters else Why.SMALL_CELLS


def memberships_changed(before: Roster, now: Roster) -> int:
    """How many came, left or changed kind; each name that was exchanged counts twice."""
    days = before.keys() | now.keys()
    pairs = ((before.get(day, (0, 0)), now.get(day, (0, 0))) for day in days)
    return sum(abs(new - old) for was, is_ in pairs for old, new in zip(was, is_, strict=True))


def finest(counters: Counters) -> dict[str, int]:
    """As much as may be shown: by kind and clean, by kind, in total and clean, in total, or the members alone."""
    for kinds, clean in ((KINDS, True), (KINDS, False), (("",), True), (("",), False)):
        names = [f"{what}{kind}" for kind in kinds for what in ("members", "responded", *(("clean",) if clean else ()))]
        if all(_telling_nothing(_cells(counters, kind, clean=clean)) for kind in kinds):
            totals = ["members", "responded", *(("clean",) if clean else ())]
            return {name: counters.get(name, 0) for name in dict.fromkeys([*totals, *names])}
    silent, answered = _cells(counters, "", clean=False)
    few = {FEW_MISSING: silent < LEAST <= answered, FEW_ANSWERED: answered < LEAST <= silent}
    return {"members": counters["members"], **{name: 1 for name, so in few.items() if so}}


def _telling_nothing(cells: tuple[int, ...]) -> bool:
    """Of a part of a list: whether it has nobody, or every cell of it has enough."""
    return not any(cells) or min(cells) >= LEAST


def _cells(counters: Counters, kind: str, *, clean: bool) -> tuple[int, ...]:
    """Disjoint: who did not answer, who did, and of these, who in a clean form."""
    members, responded = counters.get(f"members{kind}", 0), counters.get(f"responded{kind}", 0)
    cleanly = counters.get(f"clean{kind}", 0)
    return (members - responded, responded - cleanly, cleanly) if clean else (members - responded, responded)


def _change_covered(before: Counters, now: Counters) -> bool:
    names = before.keys() & now.keys() - {"members", FEW_MISSING, FEW_ANSWERED}
    return covered(now[name] - before[name] for name in names)
