"""Events on the outer topics: CloudEvents 1.0 in binary mode, the data plain JSON. None names anybody."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

CONTENT_TYPE = "application/json"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GENERATION_STEP = 1 << 40


def version_of(generation: str, number: int) -> int:
    """Of what entry `number` of a generation's ledger says: it grows within a generation and from one to the next."""
    return int(generation.removeprefix("g")) * _GENERATION_STEP + number


def generation_of(version: int) -> tuple[int, int]:
    """The generation, and the number of the entry."""
    return divmod(version, _GENERATION_STEP)


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


class Conflicted(Event, frozen=True, kw_only=True):
    """Something that people should look at; it counts once meanwhile.

    `kind` is `person` (two or more households claim one person; `conflict` is the person's key), `headless` (a person
    who heads others counts in another household; `person` is the person's key), or `household` (two or more senders,
    none of whom proved to continue another's form, filled in one card; `conflict` is the household's key). `state`:
    open, settled or dismissed. `claims_version`: what a decision names to say which claims it saw.
    """

    conflict: str
    state: str
    claims: tuple["ConflictingClaim", ...]
    kind: Literal["person", "headless", "household"] = "person"
    person: str | None = None
    claims_version: str | None = None
    decided: "Decided | None" = None


class ConflictingClaim(msgspec.Struct, frozen=True):
    """`received_at`: to the microsecond. `heads`: a household counts through this claim; where it does not count, its
    household is without a head. `companions`: how many with a NIK it heads, 63 standing for more. `region`: None where
    the claim is a whole form; `lineage` only there."""

    claimant: str
    submission: str
    received_at: str
    region: str | None
    counted: bool
    heads: bool = False
    lineage: str | None = None
    companions: int = 0


class Decided(msgspec.Struct, frozen=True):
    """The newest decision. `holds`: the claims are still those that it saw."""

    by: str
    reason: str
    at: str
    holds: bool


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
    *, event_type: str, event_id: str, source: str, time: str, subject: str | None = None, version: int | None = None
) -> list[tuple[str, bytes]]:
    """Kafka headers of one event. `time`: RFC 3339. `version` grows with every event of one key; as CloudEvents'
    extension "sequence" it is written with as many digits as any other, so that texts compare as numbers do."""
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
    if version is not None:
        headers["ce_sequence"] = f"{version:020d}"
    return [(name, value.encode()) for name, value in headers.items()]


def rfc3339(microseconds: int) -> str:
    """UTC, to the millisecond."""
    moment = datetime.fromtimestamp(microseconds / 1_000_000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rfc3339_exact(microseconds: int) -> str:
    """UTC, to the microsecond: `microseconds_of` gives the number back."""
    moment = _EPOCH + timedelta(microseconds=microseconds)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def microseconds_of(text: str) -> int:
    """Raises ValueError."""
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)
