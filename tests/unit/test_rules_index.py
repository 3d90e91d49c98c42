"""What the index of rules leaves out must not be broken: `check` against every rule asked of everybody."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.submission import Household, Member
from shared.domain.census import age_on
from shared.domain.rules import DWELLING_RULES, FAMILY_RULES, PERSON_RULES, Context, check
from shared.domain.rules.model import Dwelling, HomeView, Makeup, Profile
from tests.families import family

CONTEXT: Final = Context(received_on=date(2026, 11, 24), census_day=date(2026, 9, 1))
OF_RULES: Final = {rule.code for rule in (*PERSON_RULES, *FAMILY_RULES, *DWELLING_RULES)}

MAYBE: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "relationship": st.integers(1, 8),
    "sex": st.integers(1, 2),
    "marital_status": st.integers(1, 4),
    "activity": st.none() | st.integers(1, 4),
    "education": st.none() | st.integers(0, 7),
    "speaks_indonesian": st.none() | st.booleans(),
    "citizenship": st.integers(1, 2),
    "country": st.none() | st.just("Jepang"),
    "no_nik_reason": st.none() | st.integers(1, 4),
    "nik": st.none() | st.just("3509120102800001"),
    "occupation": st.none() | st.integers(1, 10),
    "work_status": st.none() | st.integers(1, 7),
    "at_address_since": st.none() | st.sampled_from(["1979-12", "1980-02", "2026-11", "2026-12"]),
    "address": st.none() | st.sampled_from([{"village": "35.78.01.1001"}, {"village": "35.78.01.9999"}]),
    "name": st.sampled_from(["Ani Contoh", "ANI CONTOH"]),
    "birth_date": st.one_of(
        st.sampled_from([date(1870, 1, 1), date(1900, 1, 1), date(1980, 2, 1), date(2026, 9, 2), date(2026, 11, 25)]),
        st.dates(date(1930, 1, 1), date(2026, 9, 1)),
    ).map(date.isoformat),
}
persons = st.fixed_dictionaries({}, optional=MAYBE)
dwellings = st.fixed_dictionaries(
    {name: st.integers(1, most) for name, most in zip(Dwelling._fields, (5, 7, 6, 4, 9), strict=True)}
)


@st.composite
def forms(draw: st.DrawFn) -> Household:
    """The example family, each of its members changed in some answers, and perhaps more like them."""
    document = family()
    members = document["members"]
    members += [dict(members[draw(st.integers(0, 2))]) for _ in range(draw(st.integers(0, 3)))]
    document["members"] = [member | draw(persons) for member in members]
    document["housing"] = draw(st.just(document["housing"]) | dwellings)
    return msgspec.convert(document, Household)


def profile(person: Member) -> Profile:
    return Profile(
        age=age_on(person.birth_date, CONTEXT.census_day),
        unborn=person.birth_date > CONTEXT.received_on,
        relationship=person.relationship,
        marital_status=person.marital_status,
        activity=person.activity,
        education=person.education,
        speaks_indonesian=person.speaks_indonesian,
        citizenship=person.citizenship,
        no_nik_reason=person.no_nik_reason,
        has_nik=person.nik is not None,
        has_country=person.country is not None,
        has_occupation=person.occupation is not None,
        has_work_status=person.work_status is not None,
        has_since=person.at_address_since is not None,
        has_address=person.address is not None,
    )


def asked_of_everybody(form: Household) -> set[tuple[str, str]]:
    """Code and pointer of every broken rule, the slow way."""
    home = HomeView(form, CONTEXT)
    makeup = Makeup([person.relationship for person in form.members])
    dwelling = Dwelling(**msgspec.structs.asdict(form.housing))
    broken: set[tuple[str, str]] = set()
    for rule in FAMILY_RULES:
        if rule.when(makeup) and (rule.also is None or rule.also(home)):
            broken.add((rule.code, rule.pointer))
    for dwelling_rule in DWELLING_RULES:
        if dwelling_rule.when(dwelling) and (dwelling_rule.also is None or dwelling_rule.also(home)):
            broken.add((dwelling_rule.code, dwelling_rule.pointer))
    for index, person in enumerate(form.members):
        answers, age = profile(person), age_on(person.birth_date, CONTEXT.census_day)
        for person_rule in PERSON_RULES:
            if person_rule.when(answers) and (person_rule.also is None or person_rule.also(person, age, home)):
                broken.add((person_rule.code, f"/members/{index}{person_rule.pointer}"))
    return broken


@settings(max_examples=400)
@given(form=forms())
def test_the_index_hides_no_broken_rule_and_invents_none(form: Household) -> None:
    """Shown to catch: an answer left out of what is remembered (`has_country` always false); two answers of the
    profile given in the other's place; families of the same size taken for alike."""
    found = {(problem.code, problem.pointer) for problem in check(form, CONTEXT) if problem.code in OF_RULES}
    assert found == asked_of_everybody(form)
