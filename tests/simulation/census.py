"""A small census to count: households that revise, repeat, withdraw, reuse ids, and claim each other's people."""

from dataclasses import dataclass, replace
from random import Random

from services.validator.reading import Read
from services.validator.refusals import Refused
from shared.contracts.envelope import NOBODY, Codec, Head, Kind
from shared.contracts.identity import claimant_key
from shared.domain.facts import Fact, household_traits
from shared.domain.households import Lineage, Version
from shared.ledger.entry import digest
from shared.ledger.fold import Input

_VILLAGES = (3509122001, 3509122002, 3578011001)
_DAY = 86_400_000_000


@dataclass(frozen=True)
class Record:
    """One record of the log: its bytes, the partition it belongs on, and what reading it gives."""

    value: bytes
    partition: int
    read: Read | Refused


class KnownRecords:
    """Reads records by looking them up: opening and checking are tested elsewhere."""

    def __init__(self, records: list[Record]) -> None:
        self._read = {record.value: record.read for record in records}

    def read(self, source: Input) -> Read | Refused:
        return replace(self._read[source.body], source=source)


def census(random: Random, count: int, partitions: int) -> list[Record]:
    """`count` records or more, in the order in which they are to be appended."""
    persons = [digest(b"person %d" % number)[:16] for number in range(20)]
    sent: list[Record] = []
    while len(sent) < count:
        earlier = random.choice(sent) if sent and random.random() < 0.45 else None
        sent.append(
            _first(random, persons, len(sent), partitions)
            if earlier is None
            else _again(random, persons, earlier, len(sent))
        )
    return sent


def _first(random: Random, persons: list[bytes], number: int, partitions: int) -> Record:
    if random.random() < 0.05:
        source = Input(0, 0, b"")
        return Record(b"garbage %d" % number, random.randrange(partitions), Refused(source, "not-a-record"))
    household = digest(b"household %d" % random.randrange(25))[:16]
    submission = digest(b"submission %d" % number)[:16]
    members = tuple(random.sample(persons, random.randint(1, 3)))
    return _record(
        random, household, lineage=submission, submission=submission, members=members, number=number, revision=0
    )


def _again(random: Random, persons: list[bytes], earlier: Record, number: int) -> Record:
    if isinstance(earlier.read, Refused):
        return replace(earlier, value=b"garbage %d" % number)
    head, version = earlier.read.head, earlier.read.version
    what = random.random()
    if what < 0.3:
        # The same form once more: another received-at, the same id and content.
        later = replace(version, received_at=_received(random, number))
        return Record(b"repeat %d" % number, earlier.partition, replace(earlier.read, version=later))
    members = () if what > 0.9 else tuple(random.sample(persons, random.randint(1, 3)))
    submission = head.id if 0.3 <= what < 0.4 else digest(b"submission %d" % number)[:16]
    return _record(
        random,
        head.subject,
        lineage=head.lineage,
        submission=submission,
        members=members,
        number=number,
        revision=version.revision + random.randint(0, 1),
    )


def _record(
    random: Random,
    household: bytes,
    *,
    lineage: bytes,
    submission: bytes,
    members: tuple[bytes, ...],
    number: int,
    revision: int,
) -> Record:
    received_at = _received(random, number)
    head = Head(
        Kind.SUBMISSION,
        Codec.JSON,
        "k1",
        received_at,
        revision,
        submission,
        household,
        lineage,
        NOBODY,
        digest(b"%d" % number),
    )
    facts = {
        member: (Fact(random.choice(_VILLAGES), random.choice((3, 5))),)
        + ((Fact(_VILLAGES[0], household_traits("A")),) if member is members[0] else ())
        for member in members
    }
    return Record(
        b"form %d" % number,
        household[0] % 2,
        Read(
            Input(0, 0, b""),
            head,
            Lineage(lineage, claimant_key(household, lineage)),
            Version(revision, received_at, submission, head.content_hash[:16], members),
            facts,
        ),
    )


def _received(random: Random, number: int) -> int:
    """Roughly in order, with ties, over some days."""
    return (number + random.randint(-3, 3) + 10) // 2 * (_DAY // 8)
