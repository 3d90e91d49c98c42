"""Pendidikan: certificates, school and language against age."""

from shared.domain.problems import Group, Severity
from shared.domain.rules.model import CHECK, FOREIGN, STUDYING, PersonRule, Profile
from shared.domain.words import Words

NONE, SD, SMP, SMA, DIPLOMA, D4_S1, S2, S3 = range(8)

_YOUNGEST = {SD: 10, SMP: 13, SMA: 15, DIPLOMA: 18, D4_S1: 19, S2: 21, S3: 23}
"""The age below which nobody has such a certificate, two classes skipped included."""
_ASKED_FROM = 5
_OLDEST_PUPIL = 40


def _degree_too_early(person: Profile) -> bool:
    education = person.education
    return education is not None and education >= DIPLOMA and _ASKED_FROM <= person.age < _YOUNGEST[education]


def _school_certificate_too_early(person: Profile) -> bool:
    education = person.education
    return education is not None and SD <= education <= SMA and _ASKED_FROM <= person.age < _YOUNGEST[education]


def _asked_too_young(person: Profile) -> bool:
    return person.age < _ASKED_FROM and person.education is not None


def _not_answered(person: Profile) -> bool:
    return person.age >= _ASKED_FROM and person.education is None


def _pupil_too_young(person: Profile) -> bool:
    return person.activity == STUDYING and person.age < 3


def _pupil_too_old(person: Profile) -> bool:
    education = person.education
    return person.activity == STUDYING and person.age > _OLDEST_PUPIL and education is not None and education < SMA


def _language_too_young(person: Profile) -> bool:
    return person.age < _ASKED_FROM and person.speaks_indonesian is not None


def _graduate_without_indonesian(person: Profile) -> bool:
    educated = person.education is not None and person.education >= SMA
    return educated and person.speaks_indonesian is False and person.citizenship != FOREIGN


_W, _G = Severity.WARNING, Group.EDUCATION
_BABY = {
    "/members/2/birth_date": "2023-05-10",
    "/members/2/activity": None,
    "/members/2/education": None,
    "/members/2/speaks_indonesian": None,
}

PERSON_RULES = (
    PersonRule(
        "education-degree-early",
        _G,
        _W,
        "/education",
        Words("Ijazah perguruan tinggi pada umur yang terlalu muda.", "A university certificate at too young an age."),
        CHECK,
        {"/members/2/education": 5},
        {"/members/1/education": 5},
        when=_degree_too_early,
    ),
    PersonRule(
        "education-certificate-early",
        _G,
        _W,
        "/education",
        Words("Ijazah sekolah pada umur yang terlalu muda.", "A school certificate at too young an age."),
        CHECK,
        {"/members/2/education": 2},
        {"/members/2/education": 0},
        when=_school_certificate_too_early,
    ),
    PersonRule(
        "education-under-5",
        _G,
        _W,
        "/education",
        Words("Ijazah diisi untuk anak di bawah 5 tahun.", "A certificate is given for a child under 5."),
        Words("Kosongkan jawaban ini.", "Leave this answer out."),
        {**_BABY, "/members/2/education": 1},
        _BABY,
        when=_asked_too_young,
    ),
    PersonRule(
        "education-not-answered",
        _G,
        _W,
        "/education",
        Words(
            "Ijazah tertinggi belum diisi untuk orang berumur 5 tahun atau lebih.",
            "The highest certificate is not given for somebody of 5 or more.",
        ),
        Words('Pilih ijazah tertinggi, atau "tidak punya".', 'Choose the highest certificate, or "none".'),
        {"/members/2/education": None},
        when=_not_answered,
    ),
    PersonRule(
        "education-pupil-young",
        _G,
        _W,
        "/activity",
        Words("Bersekolah pada umur di bawah 3 tahun.", "At school at an age under 3."),
        CHECK,
        {**_BABY, "/members/2/birth_date": "2025-05-10", "/members/2/activity": 3},
        {**_BABY, "/members/2/birth_date": "2022-05-10", "/members/2/activity": 3},
        when=_pupil_too_young,
    ),
    PersonRule(
        "education-pupil-old",
        _G,
        _W,
        "/activity",
        Words(
            "Bersekolah pada umur lebih dari 40 tahun, dengan ijazah di bawah SMA.",
            "At school at an age over 40, with a certificate below SMA.",
        ),
        CHECK,
        {"/members/1/activity": 3, "/members/1/education": 1},
        {"/members/1/activity": 3, "/members/1/education": 5},
        when=_pupil_too_old,
    ),
    PersonRule(
        "education-language-under-5",
        _G,
        _W,
        "/speaks_indonesian",
        Words(
            "Kemampuan berbahasa Indonesia diisi untuk anak di bawah 5 tahun.",
            "Speaking Indonesian is answered for a child under 5.",
        ),
        Words("Kosongkan jawaban ini.", "Leave this answer out."),
        {**_BABY, "/members/2/speaks_indonesian": True},
        _BABY,
        when=_language_too_young,
    ),
    PersonRule(
        "education-language-graduate",
        _G,
        _W,
        "/speaks_indonesian",
        Words(
            "Tamat SMA atau lebih tinggi, tetapi tidak dapat berbahasa Indonesia.",
            "SMA or higher, but does not speak Indonesian.",
        ),
        CHECK,
        {"/members/1/speaks_indonesian": False},
        {"/members/1/speaks_indonesian": False, "/members/1/education": 1},
        when=_graduate_without_indonesian,
    ),
)

FAMILY_RULES = ()
