"""Pekerjaan: what people do, as what, and at which age."""

from shared.domain.form import Person
from shared.domain.problems import Group, Severity
from shared.domain.rules.education import SMA
from shared.domain.rules.model import CHECK, HOUSEKEEPING, WORKING, HomeView, PersonRule, Profile
from shared.domain.words import Words

_YOUNGEST, _OLDEST = 10, 95
PROFESSIONAL = 2
EMPLOYER = 3


def _worker_without_status(person: Profile) -> bool:
    return person.activity == WORKING and not person.has_work_status


def _worker_without_occupation(person: Profile) -> bool:
    return person.activity == WORKING and not person.has_occupation


def _status_without_work(person: Profile) -> bool:
    return person.activity != WORKING and (person.has_work_status or person.has_occupation)


def _worker_too_young(person: Profile) -> bool:
    return person.activity == WORKING and person.age < _YOUNGEST


def _worker_very_old(person: Profile) -> bool:
    return person.activity == WORKING and person.age > _OLDEST


def _young_with_status(person: Profile) -> bool:
    return person.has_work_status and _YOUNGEST <= person.age < 15


def _employer(person: Person, age: int, home: HomeView) -> bool:
    return person.work_status == EMPLOYER


def _occupied_without_school(person: Profile) -> bool:
    return person.has_occupation and person.education is not None and person.education < SMA


def _professional(person: Person, age: int, home: HomeView) -> bool:
    return person.occupation == PROFESSIONAL


def _child_keeping_house(person: Profile) -> bool:
    return person.activity == HOUSEKEEPING and person.age < _YOUNGEST


_W, _G = Severity.WARNING, Group.WORK
_CHILD_WORKS = {"/members/2/activity": 1, "/members/2/occupation": 6, "/members/2/work_status": 7}
_AT_TWELVE = {
    **_CHILD_WORKS,
    "/members/2/birth_date": "2014-01-01",
    "/members/2/nik": None,
    "/members/2/no_nik_reason": 1,
}

PERSON_RULES = (
    PersonRule(
        "work-status-missing",
        _G,
        _W,
        "/work_status",
        Words("Bekerja, tetapi status pekerjaan tidak diisi.", "Works, but the status in employment is missing."),
        Words("Pilih status pekerjaan.", "Choose the status in employment."),
        {"/members/0/work_status": None},
        when=_worker_without_status,
    ),
    PersonRule(
        "work-occupation-missing",
        _G,
        _W,
        "/occupation",
        Words("Bekerja, tetapi pekerjaan tidak diisi.", "Works, but the occupation is missing."),
        Words("Pilih pekerjaan.", "Choose the occupation."),
        {"/members/0/occupation": None},
        when=_worker_without_occupation,
    ),
    PersonRule(
        "work-not-working",
        _G,
        _W,
        "/work_status",
        Words(
            "Pekerjaan atau statusnya diisi untuk orang yang tidak bekerja.",
            "An occupation or status is given for somebody who does not work.",
        ),
        Words(
            'Ubah kegiatan menjadi "bekerja", atau kosongkan pekerjaannya.',
            'Change the activity to "working", or leave the occupation out.',
        ),
        {"/members/1/work_status": 4},
        when=_status_without_work,
    ),
    PersonRule(
        "work-child",
        _G,
        _W,
        "/activity",
        Words("Bekerja pada umur di bawah 10 tahun.", "Works at an age under 10."),
        CHECK,
        {**_AT_TWELVE, "/members/2/birth_date": "2019-01-01"},
        _AT_TWELVE,
        when=_worker_too_young,
    ),
    PersonRule(
        "work-very-old",
        _G,
        _W,
        "/activity",
        Words("Bekerja pada umur lebih dari 95 tahun.", "Works at an age over 95."),
        CHECK,
        {"/members/0/birth_date": "1925-01-01"},
        {"/members/0/birth_date": "1945-01-01"},
        when=_worker_very_old,
    ),
    PersonRule(
        "work-employer-young",
        _G,
        _W,
        "/work_status",
        Words(
            "Berusaha dengan buruh dibayar pada umur di bawah 15 tahun.",
            "An employer with paid help at an age under 15.",
        ),
        CHECK,
        {**_AT_TWELVE, "/members/2/work_status": 3},
        _AT_TWELVE,
        when=_young_with_status,
        also=_employer,
    ),
    PersonRule(
        "work-professional-school",
        _G,
        _W,
        "/occupation",
        Words("Tenaga profesional tanpa ijazah SMA.", "A professional without an SMA certificate."),
        CHECK,
        {"/members/0/occupation": 2, "/members/0/education": 1},
        {"/members/0/occupation": 2},
        when=_occupied_without_school,
        also=_professional,
    ),
    PersonRule(
        "work-child-housekeeping",
        _G,
        _W,
        "/activity",
        Words("Mengurus rumah tangga pada umur di bawah 10 tahun.", "Keeps house at an age under 10."),
        CHECK,
        {
            "/members/2/birth_date": "2018-01-01",
            "/members/2/nik": None,
            "/members/2/no_nik_reason": 1,
            "/members/2/education": 0,
            "/members/2/activity": 2,
        },
        {
            "/members/2/birth_date": "2018-01-01",
            "/members/2/nik": None,
            "/members/2/no_nik_reason": 1,
            "/members/2/education": 0,
        },
        when=_child_keeping_house,
    ),
)

FAMILY_RULES = ()
