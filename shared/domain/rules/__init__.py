"""The rules of the census: what keeps a form from counting, and what makes it counted but not clean.

All problems of a form are found at once. Errors are few: a form counts unless it cannot be said who is meant or where
they live. Everything else is a warning, because families differ from rules.

Grades, by the warnings of a form that counts: A none, B one, C two or three, D more.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from shared.domain.card_messages import CARD_MESSAGES
from shared.domain.form import Form
from shared.domain.kk import parse_kk
from shared.domain.problems import Group, Problem, Severity
from shared.domain.rules import address, composition, education, family, housing, identity, marriage, work
from shared.domain.rules.model import Context, HomeRule, HomeView, PersonRule, PersonView, Rule
from shared.domain.words import Words

__all__ = [
    "HOME_RULES",
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

_MODULES = (identity, address, housing, education, family, marriage, work, composition)
PERSON_RULES: tuple[PersonRule, ...] = tuple(rule for module in _MODULES for rule in module.PERSON_RULES)
HOME_RULES: tuple[HomeRule, ...] = tuple(rule for module in _MODULES for rule in module.HOME_RULES)
RULES: tuple[Rule, ...] = (*PERSON_RULES, *HOME_RULES)

_NIK_TWICE = "nik-twice"
_OTHER_MESSAGES = {
    _NIK_TWICE: (
        Words("NIK ini sudah dipakai orang lain dalam formulir ini.", "Another person in this form has this NIK."),
        Words("Cocokkan NIK keduanya dengan kartu.", "Compare the NIK of both with their cards."),
    ),
}

# Pairs, because a tuple is unpacked faster than two attributes are read, some hundred times a form.
_PERSON_TESTS = tuple((rule.broken, rule) for rule in PERSON_RULES)
_HOME_TESTS = tuple((rule.broken, rule) for rule in HOME_RULES)


def check(form: Form, context: Context) -> tuple[Problem, ...]:
    """All problems of a form of the right shape, the household's first, then person by person. Never raises."""
    home = HomeView(form, context)
    problems = [
        Problem(rule.code, rule.severity, rule.group, rule.pointer) for broken, rule in _HOME_TESTS if broken(home)
    ]
    if form.card is not None:
        card = parse_kk(form.card, as_of=context.received_on)
        if card.errors or card.warnings:
            problems.extend(_of_number(card.errors, card.warnings, "/card"))
    numbers: set[str] = set()
    for person in home.people:
        problems.extend(
            [
                Problem(rule.code, rule.severity, rule.group, f"/members/{person.index}{rule.pointer}")
                for broken, rule in _PERSON_TESTS
                if broken(person, home)
            ]
        )
        if person.nik is not None:
            problems.extend(_of_person_number(person, numbers))
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


def _of_person_number(person: PersonView, numbers: set[str]) -> Iterator[Problem]:
    nik, pointer = person.nik, f"/members/{person.index}/nik"
    if nik is None:
        return
    if nik.errors or nik.warnings:
        yield from _of_number(nik.errors, nik.warnings, pointer)
    if nik.digits is not None:
        if nik.digits in numbers:
            yield Problem(_NIK_TWICE, Severity.ERROR, Group.IDENTITY, pointer)
        numbers.add(nik.digits)


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
