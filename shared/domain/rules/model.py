"""What a rule is, and the view of a form that rules look at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.domain.census import age_on
from shared.domain.form import Form, Person
from shared.domain.nik import Nik, Sex, parse_nik
from shared.domain.problems import Group, Severity
from shared.domain.words import Words

HEAD, SPOUSE, CHILD, CHILD_IN_LAW, GRANDCHILD, PARENT, HELPER, OTHER = range(1, 9)
SINGLE, MARRIED, DIVORCED, WIDOWED = range(1, 5)
MALE = 1
WORKING, HOUSEKEEPING, STUDYING, OTHER_ACTIVITY = range(1, 5)

Patch = Mapping[str, object]
"""A change of the example family: JSON pointer to value; None removes the answer."""


@dataclass(frozen=True, slots=True)
class Context:
    """When a form was received, and the day that ages are counted at. Rules know no other clock."""

    received_on: date
    census_day: date


class PersonView:
    """A person of the form, with what several rules ask."""

    __slots__ = ("age", "index", "nik", "person")

    def __init__(self, index: int, person: Person, context: Context) -> None:
        self.index = index
        self.person = person
        self.age = age_on(person.birth_date, context.census_day)
        self.nik: Nik | None = None
        if person.nik is not None:
            sex: Sex = "male" if person.sex == MALE else "female"
            self.nik = parse_nik(
                person.nik, as_of=context.received_on, stated_birth_date=person.birth_date, stated_sex=sex
            )


class HomeView:
    """The whole form. `head` is the first head that it names."""

    __slots__ = ("context", "form", "head", "people")

    def __init__(self, form: Form, context: Context) -> None:
        self.form = form
        self.context = context
        self.people = [PersonView(index, person, context) for index, person in enumerate(form.members)]
        self.head: PersonView | None = None
        for view in self.people:
            if view.person.relationship == HEAD:
                self.head = view
                break

    def count(self, relationship: int) -> int:
        return sum(1 for view in self.people if view.person.relationship == relationship)


@dataclass(frozen=True, slots=True)
class Rule:
    """`broken` says whether the rule is broken. `pointer` is relative to the person for a rule about one person, and
    absolute for a rule about the household. `fails` and `passes` are examples: the example family, changed."""

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
    broken: Callable[[PersonView, HomeView], bool] = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class HomeRule(Rule):
    broken: Callable[[HomeView], bool] = field(kw_only=True)


CHECK = Words(
    "Periksa jawaban ini. Jika memang benar, biarkan: formulir tetap dihitung.",
    "Check this answer. If it is right, leave it: the form is counted all the same.",
)
"""The remedy of most warnings: families differ, and the rule may be the one that is wrong."""
