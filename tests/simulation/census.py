"""A small census to count: households that revise, repeat, withdraw, reuse ids, open second lineages and claim each
other's people; agencies that enrol some of these; operators who decide."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random

from msgspec import structs

from services.validator.orders import Orders
from services.validator.reading import Read
from services.validator.refusals import Refused
from shared.contracts.envelope import NOBODY, Codec, Head, Kind
from shared.contracts.identity import claimant_key
from shared.domain.facts import CLEAN, PERSON, Fact, household_traits
from shared.domain.households import Lineage, Version
from shared.domain.memberships import Enrolment, Membership, Staff
from shared.domain.rulings import Action, Reason, Ruled, Ruling, version_of_claims
from shared.ledger.entry import digest
from shared.ledger.fold import Input
from tests.simulation.oracle import Oracle

_VILLAGES = (3509122001, 3509122002, 3578011001)
_AGENCIES = ("DINAS-1", "DINAS-2")
_DAY = 86_400_000_000


@dataclass(frozen=True)
class Record:
    """One record of the log: its bytes, the partition it belongs on, and what reading it gives."""

    value: bytes
    partition: int
    read: Read | Orders | Refused


class KnownRecords:
    """Reads records by looking them up: opening and checking are tested elsewhere."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._read = {record.value: record.read for record in records}

    def known(self, value: bytes) -> Read | Orders | Refused:
        return self._read[value]

    def read(self, source: Input) -> Read | Orders | Refused:
        read = self._read[source.body]
        if isinstance(read, Read):
            return structs.replace(read, source=source)
        return read if isinstance(read, Orders) else replace(read, source=source)


class Census:
    """Records in the order in which they are to be appended."""

    def __init__(self, random: Random, partitions: int) -> None:
        self._random = random
        self._partitions = partitions
        self._persons = [digest(b"person %d" % number)[:16] for number in range(20)]
        self._oracle = Oracle()
        self._sent: list[Record] = []

    def take(self, count: int) -> list[Record]:
        while len(self._sent) < count:
            record = self._next(len(self._sent))
            self._oracle.add(record.read)
            self._sent.append(record)
        return self._sent

    def _next(self, number: int) -> Record:
        chance = self._random.random()
        if chance < 0.08:
            return self._roster(number)
        if chance < 0.16:
            return self._ruling(number)
        if chance < 0.20:
            source = Input(0, 0, b"")
            return Record(b"garbage %d" % number, number % self._partitions, Refused(source, "not-a-record"))
        forms = [each for each in self._sent if isinstance(each.read, Read)]
        if forms and chance < 0.55:
            return self._again(self._random.choice(forms), number)
        household = digest(b"household %d" % self._random.randrange(25))[:16]
        submission = digest(b"submission %d" % number)[:16]
        return self._form(household, submission, submission, self._some_persons(), number=number, revision=0)

    def _roster(self, number: int) -> Record:
        agency = self._random.randrange(len(_AGENCIES))
        entries = tuple(
            Enrolment(person, Membership(_AGENCIES[agency], self._random.choice(list(Staff)), self._received(number)))
            for person in self._some_persons()
        )
        return Record(b"roster %d" % number, agency % self._partitions, Orders(enrolments=entries))

    def _ruling(self, number: int) -> Record:
        """Most of the time on somebody whom several households claim, and on the claims as they are."""
        claimed = [key for key, person in self._oracle.persons.items() if person.in_conflict] or self._persons
        person = self._random.choice(claimed)
        claims = self._oracle.persons[person].claims if person in self._oracle.persons else ()
        ruling = Ruling(
            action=self._random.choice((Action.COUNT, Action.COUNT, Action.DISMISS)),
            claimant=self._random.choice(claims).claimant if claims else NOBODY,
            seen=version_of_claims(claims),
            received_at=self._received(number),
            by="operator",
            reason=Reason.MOVED,
        )
        return Record(b"ruling %d" % number, self._place(person), Orders(rulings=(Ruled(person, ruling),)))

    def _again(self, earlier: Record, number: int) -> Record:
        read = earlier.read
        assert isinstance(read, Read)
        head, version = read.head, read.version
        what = self._random.random()
        if what < 0.3:
            # The same form once more: another received-at, the same id and content.
            later = version._replace(received_at=self._received(number))
            return Record(b"repeat %d" % number, earlier.partition, structs.replace(read, version=later))
        members = () if what > 0.85 else self._some_persons()
        submission = head.id if 0.3 <= what < 0.4 else digest(b"submission %d" % number)[:16]
        revision = version.revision + self._random.randint(0, 1)
        if not members:
            # A family that does not remember how often it has corrected its form.
            revision //= 2
        return self._form(head.subject, head.lineage, submission, members, number=number, revision=revision)

    def _form(
        self,
        household: bytes,
        lineage: bytes,
        submission: bytes,
        members: tuple[bytes, ...],
        *,
        number: int,
        revision: int,
    ) -> Record:
        """Without members it is a withdrawal."""
        received_at = self._received(number)
        kind = Kind.SUBMISSION if members else Kind.WITHDRAWAL
        content = digest(b"%d" % number)
        head = Head(kind, Codec.JSON, "k1", received_at, revision, submission, household, lineage, NOBODY, content)
        facts = {
            member: (Fact(self._random.choice(_VILLAGES), PERSON | self._random.choice((0, CLEAN))),)
            + ((Fact(_VILLAGES[0], household_traits("A")),) if member is members[0] else ())
            for member in members
        }
        version = Version(revision, received_at, submission, content[:16], members)
        claimant = claimant_key(household, lineage)
        read = Read(Input(0, 0, b""), head, Lineage(lineage, claimant), version, facts)
        return Record(b"form %d" % number, self._place(household), read)

    def _some_persons(self) -> tuple[bytes, ...]:
        return tuple(self._random.sample(self._persons, self._random.randint(1, 3)))

    def _place(self, key: bytes) -> int:
        return key[0] % self._partitions

    def _received(self, number: int) -> int:
        """Roughly in order, with ties, over some days."""
        return (number + self._random.randint(-3, 3) + 10) // 2 * (_DAY // 8)
