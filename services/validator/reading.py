"""From a record of the log to a form that counts, or to the reasons why it does not. Needs no state."""

from datetime import date

import msgspec

from services.validator.known import claimed_by
from services.validator.orders import Orders, read_calendar, read_roster, read_ruling
from services.validator.refusals import Refused
from services.validator.state import CONTENT_BYTES
from shared.contracts.envelope import DayShredded, EnvelopeError, Head, Kind, Sealer, read_head
from shared.contracts.events import RejectedProblem
from shared.contracts.identity import claimant_key, household_code_key, household_key, nobody_key, person_key
from shared.contracts.opening_balance import Content, KnownForm, PassedOver
from shared.contracts.submission import Household as Form
from shared.contracts.submission import decode_household
from shared.domain.census import received_on
from shared.domain.digits import canonical
from shared.domain.facts import HEAD, Fact, household_traits, person_traits, place_of
from shared.domain.households import Lineage, Version
from shared.domain.nik import nik_key_digits
from shared.domain.problems import Problem
from shared.domain.rules import Context, check, grade, is_clean, is_countable
from shared.ledger.fold import Input
from shared.runtime.balances import Balances, NoBalances


class Read(msgspec.Struct, frozen=True):
    """A form that counts, once its household's other versions are known."""

    source: Input
    head: Head
    lineage: Lineage
    version: Version
    facts: dict[bytes, tuple[Fact, ...]]


class Reader:
    """Opens, decodes and checks records.

    Args:
        sealer: holds the payload keys.
        identity: the secret of person and household keys.
        census_day: ages are completed years on this day.
        balances: what is known of days whose key was shredded.
    """

    def __init__(self, sealer: Sealer, identity: bytes, census_day: date, balances: Balances | None = None) -> None:
        self._balances = balances or NoBalances()
        self._sealer = sealer
        self._identity = identity
        self._census_day = census_day

    def read(self, source: Input) -> Read | Orders | Refused:
        try:
            head, content = self._sealer.open(source.body)
        except EnvelopeError as problem:
            return Refused(source, problem.code)
        except DayShredded:
            head, _ = read_head(source.body)
            known = self._read_known(source, head)
            if known is None:
                raise
            return known
        return self._read_kind(source, head, content)

    def _read_known(self, source: Input, head: Head) -> Read | Orders | Refused | None:
        """From the opening balance of its day; None where there is none. Raises BalanceError."""
        match self._balances.find(head.key_id, source.source, source.position, source.body):
            case KnownForm() as form:
                return _read(source, head, dict(claimed_by(form, head.subject, self._census_day)))
            case PassedOver() as passed:
                errors = tuple(RejectedProblem(code, pointer) for code, pointer in passed.problems)
                return Refused(source, passed.code, head if passed.opened else None, errors)
            case Content() as kept:
                return self._read_kind(source, head, kept.content)
            case None:
                return None

    def _read_kind(self, source: Input, head: Head, content: bytes) -> Read | Orders | Refused:
        match head.kind:
            case Kind.SUBMISSION:
                return self._read_form(source, head, content)
            case Kind.WITHDRAWAL:
                return _read(source, head, {})
            case Kind.ROSTER:
                return read_roster(source, head, content, self._identity)
            case Kind.DECISION:
                return read_ruling(source, head, content)
            case Kind.CALENDAR:
                return read_calendar(source, head, content)

    def _read_form(self, source: Input, head: Head, content: bytes) -> Read | Refused:
        try:
            form = decode_household(content)
        except msgspec.MsgspecError:
            return Refused(source, "not-a-form", head)
        day = received_on(head.received_at)
        problems = check(form, Context(received_on=day, census_day=self._census_day))
        if not is_countable(problems):
            errors = tuple(problem for problem in problems if problem.severity == "error")
            return Refused(source, errors[0].code, head, errors)
        if self._subject(form) != head.subject:
            return Refused(source, "subject-mismatch", head)
        return _read(source, head, self._claimed(form, head.subject, problems))

    def _subject(self, form: Form) -> bytes | None:
        if form.card is not None:
            # A form that may count has sixteen digits here, whatever stands between them.
            digits = canonical(form.card)
            return None if digits is None else household_key(self._identity, digits)
        return household_code_key(self._identity, form.code or "")

    def _claimed(self, form: Form, household: bytes, problems: tuple[Problem, ...]) -> dict[bytes, tuple[Fact, ...]]:
        """Who is claimed, as what. What has no number of its own rides on the head, and where the head has none,
        on the household itself: it cannot stay behind and be counted twice."""
        clean = is_clean(problems)
        at_home = place_of(form.address.village)
        claimed: dict[bytes, tuple[Fact, ...]] = {}
        riders: list[Fact] = []
        head: bytes | None = None
        for member in form.members:
            place = at_home if member.address is None else place_of(member.address.village)
            fact = Fact(place, person_traits(member, self._census_day, clean=clean))
            digits = None if member.nik is None else nik_key_digits(member.nik)
            if digits is None:
                riders.append(fact)
                continue
            person = person_key(self._identity, digits)
            claimed[person] = (fact,)
            if member.relationship == HEAD:
                head = person
        companions = len(claimed) - (head is not None)
        family = Fact(at_home, household_traits(grade(problems), companions))
        if head is None:
            claimed[nobody_key(household)] = (family, *riders)
        else:
            claimed[head] = (*claimed[head], family, *riders)
        return claimed


def _read(source: Input, head: Head, facts: dict[bytes, tuple[Fact, ...]]) -> Read:
    """Without facts it is a withdrawal: a version of the form in which nobody is."""
    return Read(
        source,
        head,
        Lineage(head.lineage, claimant_key(head.subject, head.lineage)),
        Version(head.revision, head.received_at, head.id, head.content_hash[:CONTENT_BYTES], tuple(facts)),
        facts,
    )
