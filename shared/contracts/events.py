"""Events on the outer topics: CloudEvents 1.0 in binary mode, the data plain JSON. None names anybody."""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

CONTENT_TYPE = "application/json"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Readers ignore fields that they do not know; new ones may come within v1."""


class SubmissionRejected(Event, frozen=True, kw_only=True):
    """A record of the log that does not count. `reason` is its first code; `problems` all of them."""

    topic: str
    partition: int
    offset: int
    reason: str
    problems: tuple["RejectedProblem", ...] = ()
    submission: str | None = None
    received_at: str | None = None


class RejectedProblem(msgspec.Struct, frozen=True):
    code: str
    pointer: str


class PersonConflicted(Event, frozen=True, kw_only=True):
    """Two or more households claim one person (`open`), or no longer do (`settled`). The person counts once."""

    conflict: str
    state: str
    claims: tuple["ConflictingClaim", ...]


class ConflictingClaim(msgspec.Struct, frozen=True):
    claimant: str
    submission: str
    received_at: str
    region: str
    counted: bool


class Totals(Event, frozen=True, kw_only=True):
    """Absolute totals; a newer version replaces an older one whole. `counted_up_to[p]` is the offset of partition p of
    the submission log below which everything is in."""

    version: int
    as_of: str
    counted_up_to: tuple[int, ...]
    counters: Mapping[str, int]


class RegionTotals(Totals, frozen=True, kw_only=True):
    region: str
    level: str


class AgencyTotals(Totals, frozen=True, kw_only=True):
    agency: str


encode_event = msgspec.json.Encoder(order="deterministic").encode


def cloud_event_headers(
    *, event_type: str, event_id: str, source: str, time: str, subject: str | None = None
) -> list[tuple[str, bytes]]:
    """Kafka headers of one event. `time`: RFC 3339."""
    headers = {
        "ce_specversion": "1.0",
        "ce_type": event_type,
        "ce_source": source,
        "ce_id": event_id,
        "ce_time": time,
        "content-type": CONTENT_TYPE,
    }
    if subject is not None:
        headers["ce_subject"] = subject
    return [(name, value.encode()) for name, value in headers.items()]


def rfc3339(microseconds: int) -> str:
    """UTC, to the millisecond."""
    moment = datetime.fromtimestamp(microseconds / 1_000_000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
