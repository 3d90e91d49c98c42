"""Which rules are still open once the coded answers are known. Answers are remembered: people are alike."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final

from shared.domain.form import Housing, Person
from shared.domain.rules import address, composition, education, family, housing, identity, marriage, work
from shared.domain.rules.model import (
    Dwelling,
    DwellingRule,
    FamilyRule,
    HomeView,
    Makeup,
    PersonRule,
    Profile,
    Rule,
)

_MODULES = (identity, address, housing, education, family, marriage, work, composition)

PERSON_RULES: tuple[PersonRule, ...] = tuple(rule for module in _MODULES for rule in module.PERSON_RULES)
FAMILY_RULES: tuple[FamilyRule, ...] = tuple(rule for module in _MODULES for rule in module.FAMILY_RULES)
DWELLING_RULES: tuple[DwellingRule, ...] = housing.DWELLING_RULES
RULES: tuple[Rule, ...] = (*FAMILY_RULES, *DWELLING_RULES, *PERSON_RULES)

PersonTest = tuple[Callable[[Person, int, HomeView], bool] | None, PersonRule]
"""What is left to ask, and the rule that is broken if it holds; None where nothing is left to ask. Pairs, because a
tuple is unpacked faster than attributes are read."""
FamilyTest = tuple[Callable[[HomeView], bool] | None, FamilyRule]
DwellingTest = tuple[Callable[[HomeView], bool] | None, DwellingRule]

_PERSON_TESTS: Final[tuple[PersonTest, ...]] = tuple((rule.also, rule) for rule in PERSON_RULES)
_FAMILY_TESTS: Final[tuple[FamilyTest, ...]] = tuple((rule.also, rule) for rule in FAMILY_RULES)
_DWELLING_TESTS: Final[tuple[DwellingTest, ...]] = tuple((rule.also, rule) for rule in DWELLING_RULES)


def of_person(person: Person, age: int, received_on: date) -> tuple[PersonTest, ...]:
    return _of_profile(
        age,
        person.birth_date > received_on,
        person.relationship,
        person.marital_status,
        person.activity,
        person.education,
        person.speaks_indonesian,
        person.citizenship,
        person.no_nik_reason,
        person.nik is not None,
        person.country is not None,
        person.occupation is not None,
        person.work_status is not None,
        person.at_address_since is not None,
        person.address is not None,
    )


def of_dwelling(housing: Housing) -> tuple[DwellingTest, ...]:
    return _of_dwelling(housing.tenure, housing.electricity, housing.water, housing.toilet, housing.floor)


@lru_cache(maxsize=4_096)
def of_family(relationships: tuple[int, ...]) -> tuple[FamilyTest, ...]:
    makeup = Makeup(relationships)
    return tuple(test for test in _FAMILY_TESTS if test[1].when(makeup))


# A million people have some ten thousand profiles between them.
@lru_cache(maxsize=32_768)
def _of_profile(*answers: int | None) -> tuple[PersonTest, ...]:
    profile = Profile(*answers)  # type: ignore[arg-type]  # the order is that of `of_person`
    return tuple(test for test in _PERSON_TESTS if test[1].when(profile))


@lru_cache(maxsize=8_192)
def _of_dwelling(*answers: int) -> tuple[DwellingTest, ...]:
    dwelling = Dwelling(*answers)
    return tuple(test for test in _DWELLING_TESTS if test[1].when(dwelling))
