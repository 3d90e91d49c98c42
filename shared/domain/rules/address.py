"""Where people live."""

from datetime import date
from functools import lru_cache

from shared.domain.form import Address, Person
from shared.domain.problems import Group, Severity
from shared.domain.regions import catalogue
from shared.domain.rules.model import (
    CHECK,
    FamilyRule,
    HomeView,
    PersonRule,
    Profile,
    always,
)
from shared.domain.words import Words


def _known(address: Address) -> bool:
    return catalogue().has_village(address.village)


def _apart(person: Profile) -> bool:
    return person.has_address


def _tells_since(person: Profile) -> bool:
    return person.has_since


def _young_child_apart(person: Profile) -> bool:
    return person.has_address and person.age < 5


def _village_of_person(person: Person, age: int, home: HomeView) -> bool:
    return person.address is not None and not _known(person.address)


def _same_address_twice(person: Person, age: int, home: HomeView) -> bool:
    own, family = person.address, home.form.address
    return own is not None and (own.village, own.rt, own.rw, own.street) == (
        family.village,
        family.rt,
        family.rw,
        family.street,
    )


def _before_birth(person: Person, age: int, home: HomeView) -> bool:
    since, born = person.at_address_since, person.birth_date
    return since is not None and _months(since) < born.year * 12 + born.month


def _in_the_future(person: Person, age: int, home: HomeView) -> bool:
    since = person.at_address_since
    return since is not None and since > _month(home.context.received_on)


def _village_of_household(home: HomeView) -> bool:
    return not _known(home.form.address)


def _nobody_at_home(home: HomeView) -> bool:
    members = home.form.members
    return members[0].address is not None and all(person.address is not None for person in members)


@lru_cache(maxsize=4_096)
def _months(month: str) -> int:
    """From `YYYY-MM`, since there are years. Few months are ever named."""
    return int(month[:4]) * 12 + int(month[5:])


@lru_cache(maxsize=512)
def _month(day: date) -> str:
    return day.isoformat()[:7]


_E, _W, _G = Severity.ERROR, Severity.WARNING, Group.ADDRESS
_CHOOSE = Words(
    "Pilih provinsi, kabupaten, kecamatan dan desa dari daftar.",
    "Choose province, regency, district and village from the list.",
)
_ELSEWHERE = {"village": "35.78.01.1001", "street": "Jalan Contoh 1"}

PERSON_RULES = (
    PersonRule(
        "village-unknown",
        _G,
        _E,
        "/address/village",
        Words("Desa atau kelurahan ini tidak ada dalam daftar.", "This village is not on the list."),
        _CHOOSE,
        {"/members/1/address": {"village": "00.00.00.0000"}},
        {"/members/1/address": _ELSEWHERE},
        when=_apart,
        also=_village_of_person,
    ),
    PersonRule(
        "own-address-same",
        _G,
        _W,
        "/address",
        Words("Alamat sendiri sama dengan alamat keluarga.", "The person's own address is the family's."),
        Words("Kosongkan alamat sendiri.", "Leave the own address out."),
        {"/members/1/address": {"village": "35.09.12.2003", "street": "Jalan Melati 3"}},
        {"/members/1/address": _ELSEWHERE},
        when=_apart,
        also=_same_address_twice,
    ),
    PersonRule(
        "here-before-birth",
        _G,
        _W,
        "/at_address_since",
        Words("Tinggal di sini sejak sebelum lahir.", "Has lived here since before birth."),
        Words("Perbaiki bulan dan tahun mulai tinggal.", "Correct the month and year since when."),
        {"/members/2/at_address_since": "1999-01"},
        {"/members/2/at_address_since": "2020-01"},
        when=_tells_since,
        also=_before_birth,
    ),
    PersonRule(
        "here-in-future",
        _G,
        _W,
        "/at_address_since",
        Words(
            "Mulai tinggal di sini pada bulan yang belum tiba.", "Has lived here since a month that is still to come."
        ),
        Words("Perbaiki bulan dan tahun mulai tinggal.", "Correct the month and year since when."),
        {"/members/1/at_address_since": "2198-01"},
        {"/members/1/at_address_since": "2020-01"},
        when=_tells_since,
        also=_in_the_future,
    ),
    PersonRule(
        "young-child-apart",
        _G,
        _W,
        "/address",
        Words("Anak di bawah 5 tahun tinggal terpisah dari keluarga.", "A child under 5 lives apart from the family."),
        CHECK,
        {
            "/members/2/birth_date": "2024-05-10",
            "/members/2/education": None,
            "/members/2/activity": None,
            "/members/2/address": _ELSEWHERE,
        },
        {"/members/1/address": _ELSEWHERE},
        when=_young_child_apart,
    ),
)

FAMILY_RULES = (
    FamilyRule(
        "household-village-unknown",
        _G,
        _E,
        "/address/village",
        Words("Desa atau kelurahan ini tidak ada dalam daftar.", "This village is not on the list."),
        _CHOOSE,
        {"/address/village": "00.00.00.0000"},
        when=always,
        also=_village_of_household,
    ),
    FamilyRule(
        "nobody-at-address",
        _G,
        _W,
        "/address",
        Words("Tidak seorang pun tinggal di alamat keluarga.", "Nobody lives at the family's address."),
        Words("Isi alamat tempat keluarga ini tinggal sekarang.", "Give the address where this family lives now."),
        {f"/members/{index}/address": _ELSEWHERE for index in range(3)},
        {"/members/1/address": _ELSEWHERE},
        when=always,
        also=_nobody_at_home,
    ),
)
