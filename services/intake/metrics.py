"""What intake counts about itself. The list is closed: a name that is not here is a type error."""

from collections import Counter
from typing import Literal, get_args

from services.intake.ports import Publisher

Outcome = Literal[
    # Durable: answered 202, or as such a line of a batch.
    "accepted",
    # Not to be accepted as it is: a status from 400 to 422.
    "refused",
    # Sent away with 503: as much was in flight as may be.
    "overloaded",
    # Sent away with 503: the log was away.
    "unavailable",
    # Sent to the log and not acknowledged in time: 504.
    "unknown",
]

_OF_PROBLEM: dict[str, Outcome] = {
    "overloaded": "overloaded",
    "unavailable": "unavailable",
    "outcome-unknown": "unknown",
}


class Metrics:
    def __init__(self) -> None:
        self._forms: Counter[Outcome] = Counter()

    def count(self, outcome: Outcome) -> None:
        self._forms[outcome] += 1

    def count_problem(self, code: str) -> None:
        self._forms[_OF_PROBLEM.get(code, "refused")] += 1

    def of(self, outcome: Outcome) -> int:
        return self._forms[outcome]

    def as_text(self, publisher: Publisher) -> str:
        """Prometheus text format."""
        load = publisher.load
        lines = ["# TYPE cacah_intake_forms_total counter"]
        lines += [f'cacah_intake_forms_total{{outcome="{name}"}} {self._forms[name]}' for name in get_args(Outcome)]
        for name, value in (
            ("ready", int(publisher.ready)),
            ("flying_records", load.records),
            ("flying_bytes", load.bytes),
        ):
            lines += [f"# TYPE cacah_intake_{name} gauge", f"cacah_intake_{name} {value}"]
        return "\n".join(lines) + "\n"
