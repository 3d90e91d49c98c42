"""Hubungan keluarga: relationships to the head against ages and sexes."""

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
    PersonView,
)
from shared.domain.words import Words

_YOUNGEST_PARENT = 12


def _older_than_head(person: PersonView, home: HomeView) -> int:
    """Years by which the person is older; negative for somebody younger."""
    return 0 if home.head is None else person.age - home.head.age


def _child_older(person: PersonView, home: HomeView) -> bool:
    return person.person.relationship == CHILD and _older_than_head(person, home) >= 0 and person is not home.head


def _child_nearly_as_old(person: PersonView, home: HomeView) -> bool:
    return person.person.relationship == CHILD and -_YOUNGEST_PARENT < _older_than_head(person, home) < 0


def _parent_younger(person: PersonView, home: HomeView) -> bool:
    return person.person.relationship == PARENT and _older_than_head(person, home) < _YOUNGEST_PARENT


def _grandchild_older(person: PersonView, home: HomeView) -> bool:
    return person.person.relationship == GRANDCHILD and _older_than_head(person, home) > -2 * _YOUNGEST_PARENT


def _child_in_law_much_older(person: PersonView, home: HomeView) -> bool:
    return person.person.relationship == CHILD_IN_LAW and _older_than_head(person, home) > 5


def _spouse_of_same_sex(person: PersonView, home: HomeView) -> bool:
    return person.person.relationship == SPOUSE and home.head is not None and person.person.sex == home.head.person.sex


def _spouse_far_in_age(person: PersonView, home: HomeView) -> bool:
    return person.person.relationship == SPOUSE and abs(_older_than_head(person, home)) > 45


def _helper_too_young(person: PersonView, home: HomeView) -> bool:
    return person.person.relationship == HELPER and person.age < 13


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
        broken=_child_older,
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
        broken=_child_nearly_as_old,
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
        broken=_parent_younger,
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
        broken=_grandchild_older,
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
        broken=_child_in_law_much_older,
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
        broken=_spouse_of_same_sex,
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
        broken=_spouse_far_in_age,
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
        broken=_helper_too_young,
    ),
)

HOME_RULES = ()
