"""Susunan keluarga: who makes up the family."""

from shared.domain.problems import Group, Severity
from shared.domain.rules.model import (
    CHECK,
    CHILD,
    CHILD_IN_LAW,
    PARENT,
    SINGLE,
    SPOUSE,
    FamilyRule,
    HomeView,
    Makeup,
)
from shared.domain.words import Words

_LARGE = 25
_PARENTS = 4
_MOST_CHILDREN = 15
_GROWN = 15


def _several(makeup: Makeup) -> bool:
    return makeup.size > 1


def _alone(makeup: Makeup) -> bool:
    return makeup.size == 1


def _large(makeup: Makeup) -> bool:
    return makeup.size > _LARGE


def _many_spouses(makeup: Makeup) -> bool:
    return makeup.count(SPOUSE) > 1


def _many_parents(makeup: Makeup) -> bool:
    return makeup.count(PARENT) > _PARENTS


def _many_children(makeup: Makeup) -> bool:
    return makeup.count(CHILD) > _MOST_CHILDREN


def _child_in_law_of_nobody(makeup: Makeup) -> bool:
    return makeup.count(CHILD_IN_LAW) > 0 and makeup.count(CHILD) == 0


def _with_children(makeup: Makeup) -> bool:
    return makeup.count(CHILD) > 0


def _young_head(home: HomeView) -> bool:
    return home.head is not None and home.head_age < _GROWN


def _child(home: HomeView) -> bool:
    return home.ages[0] < 12


def _only_children(home: HomeView) -> bool:
    return max(home.ages) < _GROWN


def _same_name_and_birth(home: HomeView) -> bool:
    if len(set(home.ages)) == len(home.ages):
        return False
    members = home.form.members
    return len({(person.name.casefold(), person.birth_date) for person in members}) < len(members)


def _single_head(home: HomeView) -> bool:
    return home.head is not None and home.head.marital_status == SINGLE


_W, _G = Severity.WARNING, Group.COMPOSITION
_WHO = Words("Periksa susunan keluarga.", "Check who makes up the family.")
_OTHERS = {
    "name": "Orang Lain",
    "no_nik_reason": 3,
    "relationship": 8,
    "sex": 1,
    "birth_date": "1990-01-01",
    "marital_status": 1,
    "education": 3,
    "activity": 4,
}


def _others(count: int, **changed: object) -> dict[str, object]:
    """Examples need many people; each is a day younger than the one before."""
    return {
        f"/members/{3 + number}": {
            **_OTHERS,
            "name": f"Orang {number}",
            "birth_date": f"199{number // 25}-02-{1 + number % 25:02d}",
            **changed,
        }
        for number in range(count)
    }


PERSON_RULES = ()

FAMILY_RULES = (
    FamilyRule(
        "composition-large",
        _G,
        _W,
        "/members",
        Words("Keluarga dengan lebih dari 25 orang.", "A family of more than 25 people."),
        CHECK,
        _others(23),
        _others(22),
        when=_large,
    ),
    FamilyRule(
        "composition-head-young",
        _G,
        _W,
        "/members",
        Words("Kepala keluarga berumur di bawah 15 tahun.", "The head of the family is under 15."),
        _WHO,
        {"/members/0/birth_date": "2013-01-01"},
        when=_several,
        also=_young_head,
    ),
    FamilyRule(
        "composition-child-alone",
        _G,
        _W,
        "/members",
        Words("Anak di bawah 12 tahun tinggal sendiri.", "A child under 12 lives alone."),
        _WHO,
        {"/members/0/birth_date": "2018-01-01", "/members/1": None, "/members/2": None},
        {"/members/1": None, "/members/2": None},
        when=_alone,
        also=_child,
    ),
    FamilyRule(
        "composition-only-children",
        _G,
        _W,
        "/members",
        Words("Semua anggota keluarga berumur di bawah 15 tahun.", "Everybody in the family is under 15."),
        _WHO,
        {"/members/0/birth_date": "2013-01-01", "/members/1/birth_date": "2014-01-01"},
        when=_several,
        also=_only_children,
    ),
    FamilyRule(
        "composition-spouses",
        _G,
        _W,
        "/members",
        Words("Lebih dari satu istri atau suami dalam satu keluarga.", "More than one spouse in one family."),
        CHECK,
        {"/members/2/relationship": 2},
        when=_many_spouses,
    ),
    FamilyRule(
        "composition-parents",
        _G,
        _W,
        "/members",
        Words("Lebih dari empat orang tua dan mertua.", "More than four parents and parents-in-law."),
        _WHO,
        _others(5, relationship=6),
        _others(4, relationship=6),
        when=_many_parents,
    ),
    FamilyRule(
        "composition-children",
        _G,
        _W,
        "/members",
        Words("Lebih dari 15 anak.", "More than 15 children."),
        CHECK,
        _others(15, relationship=3),
        _others(14, relationship=3),
        when=_many_children,
    ),
    FamilyRule(
        "composition-child-in-law",
        _G,
        _W,
        "/members",
        Words("Ada menantu, tetapi tidak ada anak.", "There is a child-in-law, but no child."),
        CHECK,
        {"/members/2/relationship": 4},
        when=_child_in_law_of_nobody,
    ),
    FamilyRule(
        "composition-twins-in-name",
        _G,
        _W,
        "/members",
        Words("Dua orang dengan nama dan tanggal lahir yang sama.", "Two people with one name and birth date."),
        Words("Hapus salah satu jika orangnya sama.", "Remove one of them if they are one person."),
        {"/members/3": {**_OTHERS, "name": "Siti Contoh", "birth_date": "1983-03-04"}},
        _others(1),
        when=_several,
        also=_same_name_and_birth,
    ),
    FamilyRule(
        "composition-single-parent",
        _G,
        _W,
        "/members",
        Words(
            "Kepala keluarga belum kawin, tetapi mempunyai anak.",
            "The head of the family was never married, but has children.",
        ),
        CHECK,
        {"/members/0/marital_status": 1, "/members/1": None},
        {"/members/0/marital_status": 4, "/members/1": None},
        when=_with_children,
        also=_single_head,
    ),
)
