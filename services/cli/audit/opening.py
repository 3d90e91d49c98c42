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
from shared.contracts.envelope import DayShredded, EnvelopeError, Head, Kind, Sealer
from shared.contracts.identity import (
    agency_key,
    claimant_key,
    household_code_key,
    household_key,
    nobody_key,
    person_key,
)
from shared.contracts.orders import decode_roster, decode_ruling
from shared.contracts.submission import Household, Member, decode_household
from shared.domain.census import received_on
from shared.domain.kk import parse_kk
from shared.domain.nik import nik_key_digits
from shared.domain.problems import Problem
from shared.domain.rules import Context, check, grade, is_clean, is_countable

_HEAD_OF_FAMILY: Final = 1
_GRADES: Final = "ABCD"
SHREDDED: Final = "day-shredded"


class LogRecord(NamedTuple):
    partition: int
    offset: int
    body: bytes


class Opener:
    """
    Args:
        sealer: holds the payload keys.
        identity: the secret of person and household keys.
        census_day: what the rules reckon ages by.
    """

    def __init__(self, sealer: Sealer, identity: bytes, census_day: date) -> None:
        self._sealer = sealer
        self._identity = identity
        self._census_day = census_day

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
            rows.passed_over[SHREDDED] += 1
            return
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
        elif self._subject(form, day) != head.subject:
            rows.passed_over["subject-mismatch"] += 1
        else:
            rows.add_version(_version(number, head))
            for fact in self._facts(number, head.subject, form, problems):
                rows.add_fact(fact)

    def _subject(self, form: Household, day: date) -> bytes | None:
        if form.card is None:
            return household_code_key(self._identity, form.code or "")
        digits = parse_kk(form.card, as_of=day).digits
        return None if digits is None else household_key(self._identity, digits)

    def _facts(self, number: int, household: bytes, form: Household, problems: Sequence[Problem]) -> Iterator[FactRow]:
        home = _place(form.address.village)
        clean = is_clean(problems)
        keys = [self._person(member) for member in form.members]
        heads = (key for key, member in zip(keys, form.members, strict=True) if member.relationship == _HEAD_OF_FAMILY)
        carrier = next(heads, None)
        leads = carrier is None
        carrier = carrier or nobody_key(household)
        for key, member in zip(keys, form.members, strict=True):
            yield FactRow(
                number,
                key or carrier,
                key is not None,
                PERSON_UNIT,
                home if member.address is None else _place(member.address.village),
                member.sex,
                _day_number(member.birth_date),
                member.relationship,
                not member.same_as_card,
                NO_EDUCATION_GIVEN if member.education is None else member.education,
                NO_ACTIVITY_GIVEN if member.activity is None else member.activity,
                key is None,
                clean,
            )
        yield FactRow(number, carrier, leads, HOUSEHOLD_UNIT, home, clean=clean, grade=_GRADES.index(grade(problems)))

    def _person(self, member: Member) -> bytes | None:
        digits = None if member.nik is None else nik_key_digits(member.nik)
        return None if digits is None else person_key(self._identity, digits)


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
    )


def _place(village: str) -> int:
    return int(village.replace(".", ""))


def _day_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
