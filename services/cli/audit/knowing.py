"""What stays known of a record when its day's key goes: what the opening balance says of it."""

from datetime import date
from typing import Final

import msgspec

from services.cli.audit.opening import LogRecord, Opener, place_of
from shared.contracts.calendar import decode_calendar
from shared.contracts.envelope import EnvelopeError, Head, Kind, Sealer
from shared.contracts.opening_balance import BAND_YEARS, OLDEST_BAND, Content, KnownForm, KnownPerson, PassedOver, Said
from shared.contracts.orders import decode_roster, decode_ruling
from shared.contracts.submission import Household, decode_household
from shared.domain.census import age_on, received_on
from shared.domain.problems import Problem, Severity
from shared.domain.rules import Context, check, grade, is_clean, is_countable

_DECODERS: Final = {
    Kind.ROSTER: (decode_roster, "not-a-roster"),
    Kind.DECISION: (decode_ruling, "not-a-ruling"),
    Kind.CALENDAR: (decode_calendar, "not-a-calendar"),
}


class Knowing:
    """`sealer`, `census_day`: those of the opener."""

    def __init__(self, sealer: Sealer, opener: Opener, census_day: date) -> None:
        self._sealer = sealer
        self._opener = opener
        self._census_day = census_day

    def said_of(self, record: LogRecord) -> Said:
        """Raises KeyMissing."""
        try:
            head, content = self._sealer.open(record.body)
        except EnvelopeError as problem:
            return PassedOver(problem.code, opened=False)
        if head.kind is Kind.SUBMISSION:
            return self._form(head, content)
        return Content(b"") if head.kind is Kind.WITHDRAWAL else _order(head.kind, content)

    def _form(self, head: Head, content: bytes) -> Said:
        try:
            form = decode_household(content)
        except msgspec.MsgspecError:
            return PassedOver("not-a-form")
        day = received_on(head.received_at)
        problems = check(form, Context(received_on=day, census_day=self._census_day))
        if not is_countable(problems):
            errors = tuple((each.code, each.pointer) for each in problems if each.severity is Severity.ERROR)
            return PassedOver(errors[0][0], errors)
        if self._opener.subject(form, day) != head.subject:
            return PassedOver("subject-mismatch")
        return self._known(form, problems)

    def _known(self, form: Household, problems: tuple[Problem, ...]) -> KnownForm:
        births = [member.birth_date for member in form.members]
        people = tuple(
            KnownPerson(
                unit.key,
                unit.place,
                unit.sex,
                min(age_on(birth, self._census_day) // BAND_YEARS, OLDEST_BAND),
                unit.relationship,
                unit.away,
                unit.education,
                unit.activity,
            )
            for unit, birth in zip(self._opener.units(form), births, strict=True)
        )
        return KnownForm(place_of(form.address.village), grade(problems), is_clean(problems), people)


def _order(kind: Kind, content: bytes) -> Said:
    """As it is: persons are keyed hashes in it. What cannot be read might hold anything, and is not kept."""
    decode, code = _DECODERS[kind]
    try:
        decode(content)
    except msgspec.MsgspecError:
        return PassedOver(code)
    return Content(content)
