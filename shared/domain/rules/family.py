"""Hubungan keluarga: relationships to the head against ages and sexes."""

from shared.domain.form import Person
from shared.domain.problems import Group, Severity
from shared.domain.rules.model import (
    CHECK,
    CHILD,
    CHILD_IN_LAW,
    GRANDCHILD,
    HELPER,
    PARENT,
    SPOUSE,
    HomeView,
    PersonRule,
    Profile,
)
from shared.domain.words import Words

_YOUNGEST_PARENT = 12


def _child(person: Profile) -> bool:
    return person.relationship == CHILD


def _parent(person: Profile) -> bool:
    return person.relationship == PARENT


def _grandchild(person: Profile) -> bool:
    return person.relationship == GRANDCHILD


def _child_in_law(person: Profile) -> bool:
    return person.relationship == CHILD_IN_LAW


def _spouse(person: Profile) -> bool:
    return person.relationship == SPOUSE


def _helper_too_young(person: Profile) -> bool:
    return person.relationship == HELPER and person.age < 13


def _not_younger(person: Person, age: int, home: HomeView) -> bool:
    return home.head is not None and age >= home.head_age


def _nearly_as_old(person: Person, age: int, home: HomeView) -> bool:
    return home.head is not None and 0 < home.head_age - age < _YOUNGEST_PARENT


def _not_much_older(person: Person, age: int, home: HomeView) -> bool:
    return home.head is not None and age - home.head_age < _YOUNGEST_PARENT


def _not_two_generations_younger(person: Person, age: int, home: HomeView) -> bool:
    return home.head is not None and home.head_age - age < 2 * _YOUNGEST_PARENT


def _much_older(person: Person, age: int, home: HomeView) -> bool:
    return home.head is not None and age - home.head_age > 5


def _of_same_sex(person: Person, age: int, home: HomeView) -> bool:
    return home.head is not None and person.sex == home.head.sex


def _far_in_age(person: Person, age: int, home: HomeView) -> bool:
    return home.head is not None and abs(age - home.head_age) > 45


_W, _G = Severity.WARNING, Group.FAMILY
_RELATION = Words(
    "Periksa hubungan dengan kepala keluarga dan tanggal lahir keduanya.",
    "Check the relationship to the head and both birth dates.",
)
_GROWN = {"/members/2/marital_status": 1, "/members/2/nik": None, "/members/2/no_nik_reason": 3}

PERSON_RULES = (
    PersonRule(
        "family-child-older",
        _G,
        _W,
        "/relationship",
        Words("Anak lebih tua daripada kepala keluarga.", "A child is older than the head of the family."),
        _RELATION,
        {**_GROWN, "/members/2/birth_date": "1970-01-01"},
        {**_GROWN, "/members/2/birth_date": "2005-01-01"},
        when=_child,
        also=_not_younger,
    ),
    PersonRule(
        "family-child-close",
        _G,
        _W,
        "/relationship",
        Words(
            "Anak kurang dari 12 tahun lebih muda daripada kepala keluarga.",
            "A child is less than 12 years younger than the head of the family.",
        ),
        _RELATION,
        {**_GROWN, "/members/2/birth_date": "1990-01-01"},
        {**_GROWN, "/members/2/birth_date": "2005-01-01"},
        when=_child,
        also=_nearly_as_old,
    ),
    PersonRule(
        "family-parent-younger",
        _G,
        _W,
        "/relationship",
        Words(
            "Orang tua atau mertua tidak cukup lebih tua daripada kepala keluarga.",
            "A parent or parent-in-law is not old enough for the head of the family.",
        ),
        _RELATION,
        {**_GROWN, "/members/2/relationship": 6, "/members/2/birth_date": "1979-01-01"},
        {**_GROWN, "/members/2/relationship": 6, "/members/2/birth_date": "1955-01-01"},
        when=_parent,
        also=_not_much_older,
    ),
    PersonRule(
        "family-grandchild-older",
        _G,
        _W,
        "/relationship",
        Words(
            "Cucu kurang dari 24 tahun lebih muda daripada kepala keluarga.",
            "A grandchild is less than 24 years younger than the head of the family.",
        ),
        _RELATION,
        {**_GROWN, "/members/2/relationship": 5, "/members/2/birth_date": "1995-01-01"},
        {"/members/2/relationship": 5},
        when=_grandchild,
        also=_not_two_generations_younger,
    ),
    PersonRule(
        "family-child-in-law-older",
        _G,
        _W,
        "/relationship",
        Words(
            "Menantu lebih dari 5 tahun lebih tua daripada kepala keluarga.",
            "A child-in-law is more than 5 years older than the head of the family.",
        ),
        _RELATION,
        {**_GROWN, "/members/2/relationship": 4, "/members/2/birth_date": "1965-01-01", "/members/2/marital_status": 2},
        {**_GROWN, "/members/2/relationship": 4, "/members/2/birth_date": "2004-01-01", "/members/2/marital_status": 2},
        when=_child_in_law,
        also=_much_older,
    ),
    PersonRule(
        "family-spouse-sex",
        _G,
        _W,
        "/sex",
        Words(
            "Istri atau suami berjenis kelamin sama dengan kepala keluarga.",
            "The spouse has the sex of the head of the family.",
        ),
        Words("Periksa jenis kelamin keduanya.", "Check the sex of both."),
        {"/members/1/sex": 1},
        when=_spouse,
        also=_of_same_sex,
    ),
    PersonRule(
        "family-spouse-age",
        _G,
        _W,
        "/birth_date",
        Words("Umur suami dan istri berbeda lebih dari 45 tahun.", "Husband and wife are more than 45 years apart."),
        CHECK,
        {"/members/1/birth_date": "1930-01-01"},
        {"/members/1/birth_date": "1975-01-01"},
        when=_spouse,
        also=_far_in_age,
    ),
    PersonRule(
        "family-helper-young",
        _G,
        _W,
        "/relationship",
        Words("Pembantu atau sopir berumur di bawah 13 tahun.", "A helper or driver is under 13."),
        CHECK,
        {"/members/2/relationship": 7},
        {**_GROWN, "/members/2/relationship": 7, "/members/2/birth_date": "1999-01-01"},
        when=_helper_too_young,
    ),
)

FAMILY_RULES = ()
