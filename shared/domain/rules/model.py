"""What a rule is, and the views of a form that rules look at.

Most rules look at coded answers only, and few combinations of those are ever given. So a rule has two parts: `when`,
of the coded answers alone, and `also`, of the whole form. It is broken where both hold. What `when` says of one
combination is worked out once and remembered (`index.py`), and `also` is asked of few people.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from shared.domain.census import age_on
from shared.domain.form import Form, Person
from shared.domain.problems import Group, Severity
from shared.domain.words import Words

HEAD, SPOUSE, CHILD, CHILD_IN_LAW, GRANDCHILD, PARENT, HELPER, OTHER = range(1, 9)
SINGLE, MARRIED, DIVORCED, WIDOWED = range(1, 5)
FEMALE = 2
WORKING, HOUSEKEEPING, STUDYING, OTHER_ACTIVITY = range(1, 5)
FOREIGN = 2

Patch = Mapping[str, object]
"""A change of the example family: JSON pointer to value; None removes the answer."""


@dataclass(frozen=True, slots=True)
class Context:
    """When a form was received, and the day that ages are counted at. Rules know no other clock."""

    received_on: date
    census_day: date


class Profile(NamedTuple):
    """The coded answers about one person. Where only it matters whether there is an answer, that is all that is here.

    `age`: completed years on the census day. `unborn`: the birth date is after the day of receipt. `has_since`: since
    when at this address. `has_address`: one of their own.
    """

    age: int
    unborn: bool
    relationship: int
    marital_status: int
    activity: int | None
    education: int | None
    speaks_indonesian: bool | None
    citizenship: int
    no_nik_reason: int | None
    has_nik: bool
    has_country: bool
    has_occupation: bool
    has_work_status: bool
    has_since: bool
    has_address: bool


class Makeup:
    """Who makes up a family: the relationship of each person to the head, in the order of the form."""

    __slots__ = ("relationships", "size")

    def __init__(self, relationships: Sequence[int]) -> None:
        self.relationships = tuple(relationships)
        self.size = len(self.relationships)

    def count(self, relationship: int) -> int:
        return self.relationships.count(relationship)


class Dwelling(NamedTuple):
    """The answers about the dwelling."""

    tenure: int
    electricity: int
    water: int
    toilet: int
    floor: int


class HomeView:
    """The whole form. `head` is the first head that it names; `ages` are in the order of `form.members`."""

    __slots__ = ("ages", "context", "form", "head", "head_age", "relationships")

    def __init__(self, form: Form, context: Context) -> None:
        self.form = form
        self.context = context
        day, members = context.census_day, form.members
        self.ages = [age_on(person.birth_date, day) for person in members]
        self.relationships = tuple([person.relationship for person in members])
        self.head: Person | None = None
        self.head_age = 0
        if HEAD in self.relationships:
            at = self.relationships.index(HEAD)
            self.head, self.head_age = members[at], self.ages[at]


@dataclass(frozen=True, slots=True)
class Rule:
    """`pointer` is relative to the person for a rule about one person, and absolute for others. `fails` and `passes`
    are examples: the example family, changed."""

    code: str
    group: Group
    severity: Severity
    pointer: str
    message: Words
    remedy: Words
    fails: Patch
    passes: Patch = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonRule(Rule):
    """`also` gets a person, their age and the form that they are in."""

    when: Callable[[Profile], bool] = field(kw_only=True)
    also: Callable[[Person, int, HomeView], bool] | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class FamilyRule(Rule):
    when: Callable[[Makeup], bool] = field(kw_only=True)
    also: Callable[[HomeView], bool] | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class DwellingRule(Rule):
    when: Callable[[Dwelling], bool] = field(kw_only=True)
    also: Callable[[HomeView], bool] | None = field(default=None, kw_only=True)


def always(_: object) -> bool:
    """The `when` of a rule that coded answers do not decide."""
    return True


CHECK = Words(
    "Periksa jawaban ini. Jika memang benar, biarkan: formulir tetap dihitung.",
    "Check this answer. If it is right, leave it: the form is counted all the same.",
)
"""The remedy of most warnings: families differ, and the rule may be the one that is wrong."""
