"""From a record of the log to rows: opened, decoded, checked. What counts is decided later, in SQL.

This is the audit's own reading of the contract. It shares the seal, the keys and the rules with the services, and none
of what decides between versions or claims.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

import msgspec

from services.cli.audit.rows import (
    HOUSEHOLD_UNIT,
    NO_ACTIVITY_GIVEN,
    NO_EDUCATION_GIVEN,
    PERSON_UNIT,
    FactRow,
    PackedRows,
    RosterRow,
    Rows,
    RulingRow,
    SeenRow,
    VersionRow,
    record_number,
)
from shared.contracts.envelope import DayShredded, EnvelopeError, Head, Kind, Sealer, read_head
from shared.contracts.identity import (
    agency_key,
    claimant_key,
    household_code_key,
    household_key,
    nobody_key,
    person_key,
)
from shared.contracts.opening_balance import Content, KnownForm, PassedOver, birth_in
from shared.contracts.orders import decode_roster, decode_ruling
from shared.contracts.submission import Household, Member, decode_household
from shared.domain.census import received_on
from shared.domain.kk import parse_kk
from shared.domain.nik import nik_key_digits
from shared.domain.rules import Context, check, grade, is_clean, is_countable
from shared.runtime.balances import Balances, NoBalances

_HEAD_OF_FAMILY: Final = 1
_GRADES: Final = "ABCD"
SHREDDED: Final = "day-shredded"


class LogRecord(NamedTuple):
    partition: int
    offset: int
    body: bytes


class Unit(NamedTuple):
    """One person of a form, whether the form was opened or its day's opening balance was. `key`: None without a NIK."""

    key: bytes | None
    place: int
    sex: int
    birth: int
    relationship: int
    away: bool
    education: int | None
    activity: int | None


class Opener:
    """
    Args:
        sealer: holds the payload keys.
        identity: the secret of person and household keys.
        census_day: what the rules reckon ages by.
        balances: what is known of days whose key was shredded.
    """

    def __init__(self, sealer: Sealer, identity: bytes, census_day: date, balances: Balances | None = None) -> None:
        self._sealer = sealer
        self._identity = identity
        self._census_day = census_day
        self._balances = balances or NoBalances()

    def read(self, record: LogRecord, rows: Rows) -> None:
        """Add the record's rows, or the reason why it has none."""
        rows.read += 1
        number = record_number(record.partition, record.offset)
        try:
            head, content = self._sealer.open(record.body)
        except EnvelopeError as problem:
            rows.passed_over[problem.code] += 1
            return
        except DayShredded:
            self._read_balance(record, number, rows)
            return
        self._read_content(number, head, content, rows)

    def _read_balance(self, record: LogRecord, number: int, rows: Rows) -> None:
        """Raises BalanceError."""
        head, _ = read_head(record.body)
        said = self._balances.find(head.key_id, record.partition, record.offset, record.body)
        if said is None:
            rows.passed_over[SHREDDED] += 1
            return
        rows.balanced[head.key_id] += 1
        match said:
            case KnownForm():
                rows.add_version(_version(number, head))
                units = known_units(said, self._census_day)
                for fact in _facts(number, head.subject, said.place, units, said.grade, clean=said.clean):
                    rows.add_fact(fact)
            case PassedOver():
                rows.passed_over["rule-errors" if said.problems else said.code] += 1
            case Content():
                self._read_content(number, head, said.content, rows)

    def _read_content(self, number: int, head: Head, content: bytes, rows: Rows) -> None:
        match head.kind:
            case Kind.SUBMISSION:
                self._read_form(number, head, content, rows)
            case Kind.WITHDRAWAL:
                rows.add_version(_version(number, head))
            case Kind.ROSTER:
                self._read_roster(number, head, content, rows)
            case Kind.DECISION:
                _read_ruling(number, head, content, rows)
            case Kind.CALENDAR:
                rows.passed_over["calendar"] += 1

    def _read_roster(self, number: int, head: Head, content: bytes, rows: Rows) -> None:
        try:
            roster = decode_roster(content)
        except msgspec.MsgspecError:
            rows.passed_over["not-a-roster"] += 1
            return
        if agency_key(self._identity, roster.agency) != head.subject:
            rows.passed_over["subject-mismatch"] += 1
            return
        for place, entry in enumerate(roster.entries):
            code = roster.agency.encode("ascii")
            rows.add_roster(RosterRow(number, place, code, entry.person, int(entry.staff), head.received_at))

    def _read_form(self, number: int, head: Head, content: bytes, rows: Rows) -> None:
        try:
            form = decode_household(content)
        except msgspec.MsgspecError:
            rows.passed_over["not-a-form"] += 1
            return
        day = received_on(head.received_at)
        problems = check(form, Context(received_on=day, census_day=self._census_day))
        if not is_countable(problems):
            rows.passed_over["rule-errors"] += 1
        elif self.subject(form, day) != head.subject:
            rows.passed_over["subject-mismatch"] += 1
        else:
            rows.add_version(_version(number, head))
            home = place_of(form.address.village)
            clean = is_clean(problems)
            for fact in _facts(number, head.subject, home, self.units(form), grade(problems), clean=clean):
                rows.add_fact(fact)

    def subject(self, form: Household, day: date) -> bytes | None:
        if form.card is None:
            return household_code_key(self._identity, form.code or "")
        digits = parse_kk(form.card, as_of=day).digits
        return None if digits is None else household_key(self._identity, digits)

    def units(self, form: Household) -> list[Unit]:
        home = place_of(form.address.village)
        return [
            Unit(
                self._person(member),
                home if member.address is None else place_of(member.address.village),
                member.sex,
                _day_number(member.birth_date),
                member.relationship,
                not member.same_as_card,
                member.education,
                member.activity,
            )
            for member in form.members
        ]

    def _person(self, member: Member) -> bytes | None:
        digits = None if member.nik is None else nik_key_digits(member.nik)
        return None if digits is None else person_key(self._identity, digits)


def known_units(form: KnownForm, census_day: date) -> list[Unit]:
    return [
        Unit(
            each.key,
            each.place,
            each.sex,
            _day_number(birth_in(each.band, census_day)),
            each.relationship,
            each.away,
            each.education,
            each.activity,
        )
        for each in form.people
    ]


def _facts(
    number: int, household: bytes, home: int, units: Sequence[Unit], quality: str, *, clean: bool
) -> Iterator[FactRow]:
    carrier = next((unit.key for unit in units if unit.relationship == _HEAD_OF_FAMILY), None)
    leads = carrier is None
    carrier = carrier or nobody_key(household)
    for unit in units:
        yield FactRow(
            number,
            unit.key or carrier,
            unit.key is not None,
            PERSON_UNIT,
            unit.place,
            unit.sex,
            unit.birth,
            unit.relationship,
            unit.away,
            NO_EDUCATION_GIVEN if unit.education is None else unit.education,
            NO_ACTIVITY_GIVEN if unit.activity is None else unit.activity,
            unit.key is None,
            clean,
        )
    yield FactRow(number, carrier, leads, HOUSEHOLD_UNIT, home, clean=clean, grade=_GRADES.index(quality))


def rows_of(records: Iterable[LogRecord], opener: Opener) -> PackedRows:
    rows = Rows()
    for record in records:
        opener.read(record, rows)
    return rows.packed()


def _read_ruling(number: int, head: Head, content: bytes, rows: Rows) -> None:
    try:
        order = decode_ruling(content)
    except msgspec.MsgspecError:
        rows.passed_over["not-a-ruling"] += 1
        return
    if order.person != head.subject:
        rows.passed_over["subject-mismatch"] += 1
        return
    if order.of == "household" or order.action == "leave":
        # It closes a review, and nobody is counted otherwise for it.
        return
    rows.add_ruling(RulingRow(number, order.person, order.action == "count", order.claimant or bytes(16)))
    for claim in order.seen:
        rows.add_seen(SeenRow(number, claim.claimant, claim.received_at, claim.submission))


def _version(number: int, head: Head) -> VersionRow:
    return VersionRow(
        number,
        head.subject,
        head.lineage,
        claimant_key(head.subject, head.lineage),
        head.revision,
        head.received_at,
        head.id,
        head.kind is Kind.WITHDRAWAL,
    )


def place_of(village: str) -> int:
    return int(village.replace(".", ""))


def _day_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
