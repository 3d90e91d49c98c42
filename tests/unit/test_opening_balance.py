"""The opening balance of a shredded day: from it, validator and audit come to what the records themselves lead to.

Seen to fail with the companions of a head left out, with riders in another order, with ages one band too low, with the
rules' errors left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

import pytest
from msgspec import structs

from services.cli.audit.knowing import Knowing
from services.cli.audit.opening import LogRecord, Opener, rows_of
from services.cli.audit.recount import Recount
from services.cli.generate.plan import Plan
from services.cli.generate.stream import Population
from services.validator.reading import Reader
from services.validator.refusals import Refused, rejection
from shared.contracts.envelope import DayShredded, KeyShredded, Sealer, day_key_id, read_head
from shared.contracts.opening_balance import (
    BAND_YEARS,
    OLDEST_BAND,
    BalanceError,
    Chunk,
    Content,
    Entry,
    Said,
    Statement,
    birth_in,
    decode_chunk,
    encode_chunk,
    record_hash,
    sign_statement,
    verify_statement,
)
from shared.contracts.orders import Roster, RosterEntry, encode_order
from shared.contracts.receipt import public_key_of
from shared.domain.census import age_on
from shared.domain.memberships import Staff
from shared.ledger.fold import Input
from tests.unit import audit_log, test_audit_generated
from tests.unit.audit_log import CENSUS_DAY, IDENTITY, SubmissionLog, family, head, wife

SECRET = bytes(range(32))
DAY = day_key_id(int(audit_log.OPENING.timestamp() * 1_000_000))
KEYS = {DAY: b"d" * 32}


class Gone(dict[str, bytes]):
    def __missing__(self, key_id: str) -> bytes:
        raise KeyShredded(key_id)


@dataclass
class Balance:
    """In memory; as it is after it was packed and unpacked."""

    entries: Mapping[tuple[int, int], Entry] = field(default_factory=dict)

    def find(self, day: str, partition: int, offset: int, record: bytes) -> Said | None:
        entry = self.entries.get((partition, offset))
        assert entry is None or (day, entry.record) == (DAY, record_hash(record))
        return None if entry is None else entry.said


def of_the_day(records: list[LogRecord]) -> list[LogRecord]:
    """The same records under the key of the day, and one whose seal is broken."""
    sealed = []
    for record in records:
        plain, content = audit_log.SEALER.open(record.body)
        sealed.append(record._replace(body=Sealer(KEYS).seal(structs.replace(plain, key_id=DAY), content)))
    last = sealed[-1]
    return [*sealed, LogRecord(last.partition, last.offset + 1, last.body[:-1] + bytes((last.body[-1] ^ 1,)))]


def balance_of(records: list[LogRecord], census_day: date) -> Balance:
    sealer = Sealer(KEYS)
    knowing = Knowing(sealer, Opener(sealer, IDENTITY, census_day), census_day)
    packed = encode_chunk(Entry(at, record_hash(each.body), knowing.said_of(each)) for at, each in enumerate(records))
    entries = decode_chunk(packed, sha256(packed).hexdigest())
    return Balance({(each.partition, each.offset): entry for each, entry in zip(records, entries, strict=True)})


def read_by(reader: Reader, record: LogRecord) -> object:
    found = reader.read(Input(record.partition, record.offset, record.body))
    return rejection(found) if isinstance(found, Refused) else found


def counted(records: list[LogRecord], opener: Opener, census_day: date) -> object:
    rows = rows_of(records, opener)
    with Recount(census_day) as recount:
        recount.load(rows)
        recount.count()
        return rows.passed_over, recount.totals(), recount.day_totals(), recount.agency_totals(), recount.conflicts()


def generated(seed: int, census_day: date) -> list[LogRecord]:
    plan = Plan(
        households=250, region="35.09", traits=test_audit_generated.MANY_EVENTS, seed=seed, census_day=census_day
    )
    intake = test_audit_generated.Intake(refuse=False)
    for line in Population(plan).lines():
        intake.take(line)
    return intake.records


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_balance_leads_to_what_the_records_led_to(seed: int) -> None:
    census_day = Plan(households=1).census_day
    records = of_the_day(generated(seed, census_day))
    balance = balance_of(records, census_day)
    with_key = Reader(Sealer(KEYS), IDENTITY, census_day)
    without = Reader(Sealer(Gone()), IDENTITY, census_day, balance)
    kinds = set()
    for record in records:
        opened = read_by(with_key, record)
        assert read_by(without, record) == opened
        kinds.add(type(opened).__name__)
    assert kinds == {"Read", "Notice"}
    opener = Opener(Sealer(KEYS), IDENTITY, census_day)
    blind = Opener(Sealer(Gone()), IDENTITY, census_day, balance)
    assert counted(records, blind, census_day) == counted(records, opener, census_day)
    assert rows_of(records, blind).balanced == {DAY: len(records)}


def test_rosters_rulings_and_withdrawals_are_known_too() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife()))
    log.withdraw(family(head(), wife()), revision=1)
    log.enrol("35.09-DINKES", RosterEntry(b"p" * 16, Staff.ASN))
    log.append(log.records[-1].body)
    records = of_the_day(log.records)
    balance = balance_of(records, CENSUS_DAY)
    for record in records:
        opened = read_by(Reader(Sealer(KEYS), IDENTITY, CENSUS_DAY), record)
        assert read_by(Reader(Sealer(Gone()), IDENTITY, CENSUS_DAY, balance), record) == opened
    roster = encode_order(Roster("35.09-DINKES", (RosterEntry(b"p" * 16, Staff.ASN),)))
    assert Content(roster) in [entry.said for entry in balance.entries.values()]


def test_a_record_that_no_balance_knows_stops_whoever_counts() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife()))
    record = of_the_day(log.records)[0]
    with pytest.raises(DayShredded):
        read_by(Reader(Sealer(Gone()), IDENTITY, CENSUS_DAY, Balance()), record)
    assert read_head(record.body)[0].key_id == DAY


@pytest.mark.parametrize("census_day", [date(2026, 9, 1), date(2028, 2, 29)])
def test_a_day_of_birth_is_in_its_band(census_day: date) -> None:
    ages = [age_on(birth_in(band, census_day), census_day) for band in range(OLDEST_BAND + 1)]
    assert [age // BAND_YEARS for age in ages] == list(range(OLDEST_BAND + 1))


def test_only_what_was_signed_is_believed() -> None:
    statement = Statement(
        version=1,
        day=DAY,
        census_day="2026-09-01",
        made_at="2026-10-03T00:00:00Z",
        positions=(2, 0),
        records=2,
        chunks=((Chunk(0, 1, "ab" * 32),), ()),
    )
    signed = sign_statement(statement, SECRET)
    assert verify_statement(signed, [public_key_of(SECRET)]) == statement
    with pytest.raises(BalanceError, match="not known here"):
        verify_statement(signed, [public_key_of(bytes(32))])
    with pytest.raises(BalanceError, match="does not fit"):
        verify_statement(signed.replace(b'"records":2', b'"records":3'), [public_key_of(SECRET)])
    with pytest.raises(BalanceError, match="not the statement"):
        verify_statement(signed[:-1], [public_key_of(SECRET)])
    with pytest.raises(BalanceError, match="not the one that was signed"):
        decode_chunk(encode_chunk(()), "ab" * 32)
