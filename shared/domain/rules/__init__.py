"""The rules of the census: what keeps a form from counting, and what makes it counted but not clean.

All problems of a form are found at once. Errors are few: a form counts unless it cannot be said who is meant or where
they live. Everything else is a warning, because families differ from rules.

Grades, by the warnings of a form that counts: A none, B one, C two or three, D more.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

from shared.domain.card_messages import CARD_MESSAGES
from shared.domain.digits import canonical
from shared.domain.form import Form, Person
from shared.domain.kk import is_plain_kk, parse_kk
from shared.domain.nik import Sex, is_plain_nik, parse_nik
from shared.domain.problems import Group, Problem, Severity
from shared.domain.rules.index import (
    DWELLING_RULES,
    FAMILY_RULES,
    PERSON_RULES,
    RULES,
    of_dwelling,
    of_family,
    of_person,
)
from shared.domain.rules.model import FEMALE, Context, HomeView, Rule
from shared.domain.words import Words

__all__ = [
    "DWELLING_RULES",
    "FAMILY_RULES",
    "PERSON_RULES",
    "RULES",
    "Context",
    "Grade",
    "check",
    "describe",
    "grade",
    "is_clean",
    "is_countable",
]

Grade = Literal["A", "B", "C", "D"]

_NIK_TWICE = "nik-twice"
_OTHER_MESSAGES = {
    _NIK_TWICE: (
        Words("NIK ini sudah dipakai orang lain dalam formulir ini.", "Another person in this form has this NIK."),
        Words("Cocokkan NIK keduanya dengan kartu.", "Compare the NIK of both with their cards."),
    ),
}


def check(form: Form, context: Context) -> tuple[Problem, ...]:
    """All problems of a form of the right shape, the household's first, then person by person. Never raises."""
    home, received_on = HomeView(form, context), context.received_on
    problems = _of_household(home)
    numbers: set[str] = set()
    for index, person in enumerate(form.members):
        age = home.ages[index]
        for also, rule in of_person(person, age, received_on):
            if also is None or also(person, age, home):
                problems.append(_problem(rule, f"/members/{index}{rule.pointer}"))
        if person.nik is not None:
            problems += _of_nik(person, person.nik, index, received_on, numbers)
    return tuple(problems)


def is_countable(problems: Iterable[Problem]) -> bool:
    return all(problem.severity is not Severity.ERROR for problem in problems)


def is_clean(problems: Sequence[Problem]) -> bool:
    return not problems


def grade(problems: Sequence[Problem]) -> Grade:
    """The quality of a form that counts."""
    return "ABCCD"[min(len(problems), 4)]  # type: ignore[return-value]  # an index of the four grades


def describe(code: str, language: str) -> tuple[str, str]:
    """Message and remedy. `language`: `id` or `en`. Raises KeyError for a code that no rule has."""
    message, remedy = _MESSAGES[code]
    return message.in_language(language), remedy.in_language(language)


def _of_household(home: HomeView) -> list[Problem]:
    form, as_of = home.form, home.context.received_on
    found = [_problem(rule, rule.pointer) for also, rule in of_family(home.relationships) if also is None or also(home)]
    for also, rule in of_dwelling(form.housing):
        if also is None or also(home):
            found.append(_problem(rule, rule.pointer))
    if form.card is not None and not is_plain_kk(form.card, as_of=as_of):
        card = parse_kk(form.card, as_of=as_of)
        found += _of_number(card.errors, card.warnings, "/card")
    return found


def _of_nik(person: Person, text: str, index: int, as_of: date, numbers: set[str]) -> Iterable[Problem]:
    """`numbers`: those of the people before; this one is added."""
    digits = canonical(text)
    twice = digits in numbers
    female = person.sex == FEMALE
    if digits is not None and not twice:
        numbers.add(digits)
        if is_plain_nik(digits, as_of=as_of, birth_date=person.birth_date, female=female):
            return ()
    sex: Sex = "female" if female else "male"
    read = parse_nik(text, as_of=as_of, stated_birth_date=person.birth_date, stated_sex=sex)
    found = list(_of_number(read.errors, read.warnings, f"/members/{index}/nik"))
    if twice:
        found.append(Problem(_NIK_TWICE, Severity.ERROR, Group.IDENTITY, f"/members/{index}/nik"))
    return found


def _problem(rule: Rule, pointer: str) -> Problem:
    return Problem(rule.code, rule.severity, rule.group, pointer)


def _of_number(errors: Sequence[str], warnings: Sequence[str], pointer: str) -> Iterator[Problem]:
    for code in errors:
        yield Problem(code, Severity.ERROR, Group.IDENTITY, pointer)
    for code in warnings:
        yield Problem(code, Severity.WARNING, Group.IDENTITY, pointer)


_MESSAGES = (
    {rule.code: (rule.message, rule.remedy) for rule in RULES}
    | {code: (Words(*row.message), Words(*row.remedy)) for code, row in CARD_MESSAGES.items()}
    | _OTHER_MESSAGES
)
