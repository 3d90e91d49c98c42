"""What a run of chaos came to, for people, and its last line for programs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from services.cli.audit.report import AuditReport
from tests.chaos.killing import Tally
from tests.chaos.plan import KINDS
from tests.chaos.told import Told, Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """`problem`: why the run ended early. `conflicts`: persons in conflict, by the system and by the audit."""

    kills: int
    seconds: float
    load_seconds: float
    told: Told
    tally: Tally
    verdict: Verdict | None
    audit: AuditReport | None
    conflicts: tuple[int, int]
    problem: str = ""

    @property
    def lost(self) -> int:
        """Accepted and not on the log, or on the log and not in the totals."""
        return (len(self.verdict.missing) if self.verdict else 0) + max(0, -self._surplus)

    @property
    def twice(self) -> int:
        return max(0, self._surplus)

    @property
    def _surplus(self) -> int:
        """People in the totals that the log does not have; negative where the totals lack some."""
        if self.audit is None:
            return 0
        nation = [each for each in self.audit.differences if each.region == "00" and each.counter == "persons"]
        return sum(each.live - each.log for each in nation)

    @property
    def rate(self) -> float:
        """Accepted forms a second, while the load ran."""
        forms = sum(
            count for what, count in self.told.answers.items() if what in {"bulk: accepted", "single: accepted"}
        )
        return forms / max(self.load_seconds, 1e-9)

    @property
    def ok(self) -> bool:
        return (
            not self.problem
            and self.audit is not None
            and self.audit.ok
            and self.verdict is not None
            and not self.verdict.sneaked
            and not self.lost
            and not self.twice
            and self.conflicts[0] == self.conflicts[1]
            and self.tally.kills.total() == self.kills
        )

    def lines(self) -> Iterator[str]:
        if self.problem:
            yield f"problem: {self.problem}"
        yield "kills: " + _counts(self.tally.kills, KINDS)
        yield f"in pairs {self.tally.acts['pair']}, in a recovery {self.tally.acts['again']}, stops {self.tally.acts['stop']}"
        yield f"targets that had nothing in flight and were let live: {self.tally.idle}"
        for what, count in sorted(self.told.answers.items()):
            yield f"told {what}: {count}"
        if self.verdict is not None:
            yield (
                f"log: {self.verdict.records} records, {self.verdict.repeated} ids again, "
                f"{self.verdict.unknown_on_log} of the unknown ones, {self.verdict.sneaked} of the refused ones"
            )
        for what, times in sorted(self.tally.whole.items()):
            yield f"counts again after {what}: {_spread(times)}"
        if self.tally.first_batch:
            yield f"first batch after the kill of one worker: {_spread(self.tally.first_batch)}"
        if self.audit is not None:
            yield from (f"audit: {line}" for line in self.audit.lines())
        yield f"conflicts: {self.conflicts[0]}, from the log {self.conflicts[1]}"

    def last_line(self) -> str:
        longest = max((time for times in self.tally.whole.values() for time in times), default=0.0)
        facts: dict[str, object] = {
            "kills": self.tally.kills.total(),
            "accepted": len(self.told.accepted),
            "lost": self.lost,
            "twice": self.twice,
            "conflicts": "right" if self.conflicts[0] == self.conflicts[1] else "wrong",
            "rate": f"{self.rate:.0f}",
            "people": self.audit.people if self.audit else 0,
            "longest_recovery": f"{longest:.1f}",
            "seconds": f"{self.seconds:.0f}",
        }
        return " ".join(["OK" if self.ok else "FAIL", *(f"{name}={value}" for name, value in facts.items())])


def _counts(counts: Counter[str], names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {counts[name]}" for name in names)


def _spread(times: list[float]) -> str:
    ordered = sorted(times)
    return f"median {ordered[len(ordered) // 2]:.1f} s, longest {ordered[-1]:.1f} s, of {len(ordered)}"
