"""Three roads to one number: on logs full of accidents, the audit's SQL comes to what the folds of the services do.

A planted bug of either side is found within a few of these logs: taking the oldest claim as the effective one in
`persons.py`, or `max_by` for `min_by` in `claims.sql`.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import pytest
from msgspec.structs import replace

from services.cli.audit.opening import LogRecord
from services.cli.generate.seeds import seeded
from services.validator.orders import Orders
from services.validator.reading import Read, Reader
from shared.contracts.orders import Roster, RosterEntry, RulingOrder, SeenClaim
from shared.contracts.submission import Household, Member
from shared.domain.census import day_of
from shared.domain.counters import AGENCY_COUNTERS, DAILY_COUNTERS, count
from shared.domain.facts import Fact
from shared.domain.households import Household as Versions
from shared.domain.households import apply_version
from shared.domain.memberships import Staff
from shared.domain.persons import Person, PersonChange, agency_deltas, apply_any, deltas
from shared.domain.regions import catalogue
from shared.domain.rulings import Reason
from shared.ledger.fold import Input
from tests.unit.audit_log import (
    CENSUS_DAY,
    IDENTITY,
    SEALER,
    SubmissionLog,
    daughter,
    family,
    head,
    member,
    uncle,
    wife,
)

CARDS = ("3509120107100001", "3510010107100002", "3578010107100003")
VILLAGES = ("35.09.12.2003", "35.10.01.2002", "35.78.01.1001", "11.01.01.2001")
LINEAGES = (None, None, b"a second lineage", b"a third lineage.")


@dataclass
class Folded:
    """The folds of the services, one record after another, without an engine."""

    households: dict[bytes, Versions] = field(default_factory=dict)
    persons: dict[bytes, Person] = field(default_factory=dict)
    totals: dict[str, dict[str, int]] = field(default_factory=dict)
    days: dict[str, dict[str, int]] = field(default_factory=dict)
    agencies: dict[str, dict[str, int]] = field(default_factory=dict)

    def take(self, record: LogRecord, reader: Reader) -> None:
        form = reader.read(Input(record.partition, record.offset, record.body))
        if isinstance(form, Orders):
            orders: tuple[PersonChange, ...] = (*form.enrolments, *form.rulings)
            for order in orders:
                self._change(order)
        if not isinstance(form, Read):
            return
        key = form.head.subject
        outcome = apply_version(self.households.get(key, Versions()), form.lineage, form.version, form.facts)
        self.households[key] = outcome.household
        for change in outcome.changes:
            self._change(change)

    def _change(self, change: PersonChange) -> None:
        before = self.persons.get(change.person, Person())
        after = self.persons[change.person] = apply_any(before, change)
        for delta in deltas(before, after):
            self._add(delta.fact, day_of(delta.day), delta.sign)
        for fact, sign in agency_deltas(before, after):
            for counter in AGENCY_COUNTERS:
                if counter.counts(fact.traits):
                    _bump(self.agencies, fact.agency, counter.code, sign)
                    _bump(self.agencies, f"{fact.agency}|{day_of(fact.day)}", counter.code, sign)

    def order(self, rng: random.Random) -> Roster | RulingOrder | None:
        """A roster of some of the people known so far and one who is not, or a ruling on one of the conflicts."""
        if rng.random() < 0.5:
            people = [*rng.sample(sorted(self.persons), min(2, len(self.persons))), rng.randbytes(16)]
            agency = rng.choice(("35.09-DISDIK", "35.09-BPS"))
            return Roster(agency, tuple(RosterEntry(each, rng.choice(list(Staff))) for each in people))
        doubted = sorted(key for key, person in self.persons.items() if person.in_conflict)
        if not doubted:
            return None
        person = rng.choice(doubted)
        claims = self.persons[person].claims
        named = rng.choice(claims).claimant if rng.random() < 0.8 else None
        seen = tuple(SeenClaim(each.claimant, each.added.received_at, each.added.submission) for each in claims)
        action: Literal["count", "dismiss", "leave"] = "count" if named else rng.choice(("dismiss", "leave"))
        return RulingOrder(person, action, seen, "an-operator", Reason.MOVED, named)

    def _add(self, fact: Fact, day: date, sign: int) -> None:
        village = _code(fact.place)
        counted = {counter: sign for counter, number in count([fact.traits]).items() if number}
        for region in (village, *catalogue().ancestors(village)):
            for counter in counted:
                _bump(self.totals, region, counter, sign)
                if counter in DAILY_COUNTERS:
                    _bump(self.days, f"{region}|{day}", counter, sign)


def _code(place: int) -> str:
    digits = str(place)
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}.{digits[6:]}"


def _bump(cells: dict[str, dict[str, int]], region: str, counter: str, by: int) -> None:
    counters = cells.setdefault(region, {})
    counters[counter] = counters.get(counter, 0) + by
    if not counters[counter]:
        del counters[counter]
        if not counters:
            del cells[region]


def people(rng: random.Random) -> Iterator[Member]:
    """A head and some others, from so few that families share them; some have no number, some live elsewhere."""
    numbered = rng.random() < 0.8
    yield rng.choice((head() if numbered else head(nik=None), replace(uncle(), relationship=1)))
    if rng.random() < 0.5:
        yield wife() if rng.random() < 0.8 else wife(nik=None)
    if rng.random() < 0.6:
        elsewhere = rng.choice(VILLAGES) if rng.random() < 0.3 else None
        yield daughter(nik="3509126007120003" if rng.random() < 0.7 else None, elsewhere=elsewhere)
    if rng.random() < 0.3:
        yield member(
            f"35780101059{rng.randrange(3)}0001",
            date(1990, 5, 1),
            relationship=8,
            sex=1,
            marital=1,
            activity=4,
            education=3,
        )


def form_of(rng: random.Random) -> Household:
    form = family(*people(rng), card=rng.choice(CARDS), village=rng.choice(VILLAGES))
    return form if rng.random() < 0.9 else replace(form, card=None, code="KRT-0001-0002-0003-0005-=")


def log_of(seed: int, reader: Reader) -> tuple[SubmissionLog, Folded]:
    rng = seeded("folds", seed)
    log, folded = SubmissionLog(), Folded()
    sent: list[Household] = []
    taken = 0
    for _ in range(rng.randint(5, 40)):
        form = rng.choice(sent) if sent and rng.random() < 0.3 else form_of(rng)
        sent.append(form)
        log.send(
            form,
            revision=rng.choice((0, 0, 0, 1, 1, 2, 3)),
            lineage=rng.choice(LINEAGES),
            submission=rng.randint(1, 40) if rng.random() < 0.3 else None,
        )
        if rng.random() < 0.3:
            log.at -= timedelta(seconds=1)  # another intake received the next form at the same moment
        if rng.random() < 0.1:
            log.append(rng.randbytes(rng.randint(0, 300)))
        if rng.random() < 0.1:
            log.withdraw(rng.choice(sent), revision=rng.choice((0, 1, 3)))
        for record in log.records[taken:]:
            folded.take(record, reader)
        taken = len(log.records)
        order = folded.order(rng) if rng.random() < 0.3 else None
        if isinstance(order, Roster):
            log.enrol(order.agency, *order.entries)
        elif order is not None:
            log.rule(order)
    for record in log.records[taken:]:
        folded.take(record, reader)
    return log, folded


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_sql_and_folds_agree_on_every_cell(first: int) -> None:
    reader = Reader(SEALER, IDENTITY, CENSUS_DAY)
    for seed in range(first, first + 20):
        log, folded = log_of(seed, reader)
        with log.recounted() as recount:
            assert recount.totals() == folded.totals, f"seed {seed}"
            assert recount.day_totals() == folded.days, f"seed {seed}"
            assert recount.agency_totals() == folded.agencies, f"seed {seed}"
            assert recount.conflicts() == sum(person.in_conflict for person in folded.persons.values()), f"seed {seed}"
