"""A submission log for the audit's tests: forms sealed as intake seals them, one record after another."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.cli.audit.opening import LogRecord, Opener, rows_of
from services.cli.audit.recount import Recount
from services.cli.audit.rows import PackedRows
from shared.contracts.envelope import NOBODY, Codec, Head, Kind, Sealer
from shared.contracts.identity import agency_key, content_hash, household_code_key, household_key, partner_lineage
from shared.contracts.orders import Roster, RosterEntry, RulingOrder, encode_order
from shared.contracts.submission import Address, Household, Housing, Member, Submission, content_of

IDENTITY, CONTENT, PAYLOAD = b"i" * 32, b"c" * 32, b"p" * 32
CENSUS_DAY = date(2026, 9, 1)
OPENING = datetime(2026, 10, 1, 3, tzinfo=UTC)
PARTNER = b"partner-of-tests"

SEALER = Sealer({"k1": PAYLOAD})
HOUSING = Housing(tenure=1, electricity=2, water=1, toilet=1, floor=1)


def subject_of(form: Household) -> bytes:
    if form.card is not None:
        return household_key(IDENTITY, form.card)
    return household_code_key(IDENTITY, form.code or "")


def submission_id(number: int) -> bytes:
    return UUID(int=number).bytes


@dataclass
class SubmissionLog:
    """`at`: when the next record is received; it moves on by a second with each."""

    at: datetime = OPENING
    records: list[LogRecord] = field(default_factory=list)
    _next_id: int = 1

    def send(
        self,
        form: Household,
        *,
        submission: int | None = None,
        revision: int = 0,
        lineage: bytes | None = None,
        kind: Kind = Kind.SUBMISSION,
        codec: Codec = Codec.JSON,
        subject: bytes | None = None,
    ) -> int:
        """Returns the submission id. `lineage`: the one of the partner of these tests, unless given."""
        number = self._next_id if submission is None else submission
        self._next_id = max(self._next_id, number) + 1
        key = subject_of(form) if subject is None else subject
        content = content_of(_submission(form))
        head = Head(
            kind=kind,
            codec=codec,
            key_id="k1",
            received_at=int(self.at.timestamp() * 1_000_000),
            revision=revision,
            id=submission_id(number),
            subject=key,
            lineage=partner_lineage(PARTNER, key) if lineage is None else lineage,
            sender=PARTNER if lineage is None else NOBODY,
            content_hash=content_hash(CONTENT, submission_id(number), content),
        )
        self.append(SEALER.seal(head, content))
        return number

    def withdraw(self, form: Household, *, revision: int = 0) -> int:
        return self.send(form, kind=Kind.WITHDRAWAL, revision=revision)

    def enrol(self, agency: str, *entries: RosterEntry) -> None:
        self._order(Kind.ROSTER, agency_key(IDENTITY, agency), encode_order(Roster(agency, entries)))

    def rule(self, order: RulingOrder) -> None:
        self._order(Kind.DECISION, order.person, encode_order(order))

    def _order(self, kind: Kind, subject: bytes, content: bytes) -> None:
        number = self._next_id
        self._next_id += 1
        received = int(self.at.timestamp() * 1_000_000)
        hashed = content_hash(CONTENT, submission_id(number), content)
        head = Head(kind, Codec.JSON, "k1", received, 0, submission_id(number), subject, NOBODY, PARTNER, hashed)
        self.append(SEALER.seal(head, content))

    def append(self, body: bytes) -> None:
        self.records.append(LogRecord(0, len(self.records), body))
        self.at += timedelta(seconds=1)

    def totals(self) -> dict[str, dict[str, int]]:
        with self.recounted() as recount:
            return recount.totals()

    def rows(self) -> PackedRows:
        return rows_of(self.records, Opener(SEALER, IDENTITY, CENSUS_DAY))

    def recounted(self) -> Recount:
        recount = Recount(CENSUS_DAY, in_slice=25)
        recount.load(self.rows())
        recount.count()
        return recount


def _submission(form: Household) -> Submission:
    return Submission(
        version=form.version,
        card=form.card,
        code=form.code,
        address=form.address,
        members=form.members,
        housing=form.housing,
    )


def family(
    *members: Member, card: str | None = "3509120107100001", village: str = "35.09.12.2003", code: str | None = None
) -> Household:
    return Household(
        version=1,
        card=card if code is None else None,
        code=code,
        address=Address(village=village, rt="001", rw="002", street="Jl. Melati 1"),
        members=members,
        housing=HOUSING,
    )


def member(
    nik: str | None,
    born: date,
    *,
    relationship: int,
    sex: int,
    marital: int,
    activity: int | None,
    education: int | None,
    elsewhere: str | None = None,
    name: str = "Sari Utami",
) -> Member:
    works = activity == 1
    return Member(
        name=name,
        nik=nik,
        no_nik_reason=3 if nik is None else None,
        relationship=relationship,
        sex=sex,
        birth_place="Jember",
        birth_date=born,
        birth_certificate=True,
        ethnicity="Jawa",
        speaks_indonesian=True,
        religion=1,
        marital_status=marital,
        at_address_since="2020-01" if born.year < 2020 else f"{born:%Y-%m}",
        same_as_card=elsewhere is None,
        address=None if elsewhere is None else Address(village=elsewhere, rt="003", rw="004", street="Jl. Mawar 2"),
        activity=activity,
        occupation=1 if works else None,
        work_status=4 if works else None,
        education=education,
    )


def head(nik: str | None = "3509121005800001", *, name: str = "Budi Santoso") -> Member:
    """46 years old on the census day."""
    return member(nik, date(1980, 5, 10), relationship=1, sex=1, marital=2, activity=1, education=3, name=name)


def wife(nik: str | None = "3509125203830002") -> Member:
    """43 years old."""
    return member(nik, date(1983, 3, 12), relationship=2, sex=2, marital=2, activity=2, education=2)


def daughter(nik: str | None = "3509126007120003", *, elsewhere: str | None = None) -> Member:
    """14 years old."""
    return member(
        nik, date(2012, 7, 20), relationship=3, sex=2, marital=1, activity=3, education=1, elsewhere=elsewhere
    )


def uncle(nik: str | None = "3509121508700004", *, elsewhere: str | None = None) -> Member:
    """56 years old."""
    return member(
        nik, date(1970, 8, 15), relationship=8, sex=1, marital=1, activity=1, education=1, elsewhere=elsewhere
    )
