"""Where people live."""

from datetime import date

from shared.domain.form import Address
from shared.domain.problems import Group, Severity
from shared.domain.regions import catalogue
from shared.domain.rules.model import CHECK, HomeRule, HomeView, PersonRule, PersonView
from shared.domain.words import Words

_VILLAGE_LENGTH = 13


def _known(address: Address) -> bool:
    return len(address.village) == _VILLAGE_LENGTH and address.village in catalogue()


def _village_of_person(person: PersonView, home: HomeView) -> bool:
    return person.person.address is not None and not _known(person.person.address)


def _same_address_twice(person: PersonView, home: HomeView) -> bool:
    own, family = person.person.address, home.form.address
    return own is not None and (own.village, own.rt, own.rw, own.street) == (
        family.village,
        family.rt,
        family.rw,
        family.street,
    )


def _here_before_birth(person: PersonView, home: HomeView) -> bool:
    since = person.person.at_address_since
    return since is not None and since < person.person.birth_date.isoformat()[:7]


def _here_in_the_future(person: PersonView, home: HomeView) -> bool:
    since = person.person.at_address_since
    return since is not None and since > _month(home.context.received_on)


def _young_child_apart(person: PersonView, home: HomeView) -> bool:
    return person.person.address is not None and person.age < 5


def _village_of_household(home: HomeView) -> bool:
    return not _known(home.form.address)


def _nobody_at_home(home: HomeView) -> bool:
    return all(person.person.address is not None for person in home.people)


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
        broken=_village_of_person,
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
        broken=_same_address_twice,
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
        broken=_here_before_birth,
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
        broken=_here_in_the_future,
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
        broken=_young_child_apart,
    ),
)

HOME_RULES = (
    HomeRule(
        "household-village-unknown",
        _G,
        _E,
        "/address/village",
        Words("Desa atau kelurahan ini tidak ada dalam daftar.", "This village is not on the list."),
        _CHOOSE,
        {"/address/village": "00.00.00.0000"},
        broken=_village_of_household,
    ),
    HomeRule(
        "nobody-at-address",
        _G,
        _W,
        "/address",
        Words("Tidak seorang pun tinggal di alamat keluarga.", "Nobody lives at the family's address."),
        Words("Isi alamat tempat keluarga ini tinggal sekarang.", "Give the address where this family lives now."),
        {f"/members/{index}/address": _ELSEWHERE for index in range(3)},
        {"/members/1/address": _ELSEWHERE},
        broken=_nobody_at_home,
    ),
)
