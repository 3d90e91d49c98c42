"""Records that do not count."""

from dataclasses import dataclass

from shared.contracts.envelope import Head
from shared.contracts.events import RejectedProblem, SubmissionRejected, encode_event, rfc3339
from shared.contracts.topics import REJECTIONS, SUBMISSIONS
from shared.domain.problems import Problem
from shared.ledger.entry import Notice
from shared.ledger.fold import Input

QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Refused:
    """`head` where the record could be opened."""

    source: Input
    code: str
    head: Head | None = None
    problems: tuple[Problem | RejectedProblem, ...] = ()


def rejection(refused: Refused) -> Notice:
    """The event for the outer topic, and the same as a document for people."""
    source, head = refused.source, refused.head
    event = encode_event(
        SubmissionRejected(
            topic=SUBMISSIONS,
            partition=source.source,
            offset=source.position,
            reason=refused.code,
            problems=tuple(RejectedProblem(each.code, each.pointer) for each in refused.problems),
            submission=None if head is None else head.id.hex(),
            received_at=None if head is None else rfc3339(head.received_at),
        )
    )
    key = f"{SUBMISSIONS}|{source.source}|{source.position}"
    return Notice(REJECTIONS, key, event, QUARANTINE, event)
