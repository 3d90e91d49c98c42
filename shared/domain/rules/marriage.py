"""Status perkawinan: marital status against age, relationship and each other."""

from shared.domain.problems import Group, Severity
from shared.domain.rules.model import (
    CHECK,
    CHILD_IN_LAW,
    DIVORCED,
    FEMALE,
    MARRIED,
    PARENT,
    SINGLE,
    SPOUSE,
    WIDOWED,
    FamilyRule,
    HomeView,
    Makeup,
    PersonRule,
    Profile,
)
from shared.domain.words import Words

_YOUNGEST = 13


def _married_as_child(person: Profile) -> bool:
    return person.marital_status == MARRIED and person.age < _YOUNGEST


def _divorced_as_child(person: Profile) -> bool:
    return person.marital_status in {DIVORCED, WIDOWED} and person.age < _YOUNGEST


def _spouse_not_married(person: Profile) -> bool:
    return person.relationship == SPOUSE and person.marital_status != MARRIED


def _child_in_law_single(person: Profile) -> bool:
    return person.relationship == CHILD_IN_LAW and person.marital_status == SINGLE


def _parent_single(person: Profile) -> bool:
    return person.relationship == PARENT and person.marital_status == SINGLE


def _with_spouse(makeup: Makeup) -> bool:
    return makeup.count(SPOUSE) > 0


def _many_spouses(makeup: Makeup) -> bool:
    return makeup.count(SPOUSE) > 1


def _head_not_married(home: HomeView) -> bool:
    return home.head is not None and home.head.marital_status != MARRIED


def _of_a_woman(home: HomeView) -> bool:
    return home.head is not None and home.head.sex == FEMALE


_W, _G = Severity.WARNING, Group.MARRIAGE
_STATUS = Words("Periksa status perkawinan.", "Check the marital status.")
_GROWN = {"/members/2/birth_date": "2004-01-01", "/members/2/nik": None, "/members/2/no_nik_reason": 3}
_SECOND = {
    "/members/2/birth_date": "1985-01-01",
    "/members/2/nik": None,
    "/members/2/no_nik_reason": 3,
    "/members/2/relationship": 2,
    "/members/2/marital_status": 2,
}

PERSON_RULES = (
    PersonRule(
        "marriage-child",
        _G,
        _W,
        "/marital_status",
        Words("Kawin pada umur di bawah 13 tahun.", "Married at an age under 13."),
        CHECK,
        {"/members/2/marital_status": 2},
        {**_GROWN, "/members/2/marital_status": 2},
        when=_married_as_child,
    ),
    PersonRule(
        "marriage-ended-child",
        _G,
        _W,
        "/marital_status",
        Words("Cerai pada umur di bawah 13 tahun.", "Divorced or widowed at an age under 13."),
        CHECK,
        {"/members/2/marital_status": 3},
        {**_GROWN, "/members/2/marital_status": 3},
        when=_divorced_as_child,
    ),
    PersonRule(
        "marriage-spouse",
        _G,
        _W,
        "/marital_status",
        Words("Istri atau suami kepala keluarga tidak berstatus kawin.", "The head's spouse is not married."),
        _STATUS,
        {"/members/1/marital_status": 1},
        when=_spouse_not_married,
    ),
    PersonRule(
        "marriage-child-in-law",
        _G,
        _W,
        "/marital_status",
        Words("Menantu berstatus belum kawin.", "A child-in-law was never married."),
        _STATUS,
        {**_GROWN, "/members/2/relationship": 4, "/members/2/marital_status": 1},
        {**_GROWN, "/members/2/relationship": 4, "/members/2/marital_status": 2},
        when=_child_in_law_single,
    ),
    PersonRule(
        "marriage-parent-single",
        _G,
        _W,
        "/marital_status",
        Words("Orang tua atau mertua berstatus belum kawin.", "A parent or parent-in-law was never married."),
        CHECK,
        {**_GROWN, "/members/2/birth_date": "1955-01-01", "/members/2/relationship": 6, "/members/2/marital_status": 1},
        {**_GROWN, "/members/2/birth_date": "1955-01-01", "/members/2/relationship": 6, "/members/2/marital_status": 4},
        when=_parent_single,
    ),
)

FAMILY_RULES = (
    FamilyRule(
        "marriage-head",
        _G,
        _W,
        "/members",
        Words(
            "Ada istri atau suami, tetapi kepala keluarga tidak berstatus kawin.",
            "There is a spouse, but the head of the family is not married.",
        ),
        _STATUS,
        {"/members/0/marital_status": 4},
        when=_with_spouse,
        also=_head_not_married,
    ),
    FamilyRule(
        "marriage-two-husbands",
        _G,
        _W,
        "/members",
        Words("Lebih dari satu suami dalam keluarga ini.", "More than one husband in this family."),
        CHECK,
        {**_SECOND, "/members/0/sex": 2, "/members/1/sex": 1, "/members/2/sex": 1},
        _SECOND,
        when=_many_spouses,
        also=_of_a_woman,
    ),
)
