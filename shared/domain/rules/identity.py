"""Who people are: numbers, or the reason why there is none; one head; nobody twice."""

from shared.domain.form import Person
from shared.domain.household_code import canonical_code
from shared.domain.problems import Group, Severity
from shared.domain.rules.model import (
    CHECK,
    FOREIGN,
    HEAD,
    FamilyRule,
    HomeView,
    Makeup,
    PersonRule,
    Profile,
    always,
)
from shared.domain.words import Words

UNDER_17, FOREIGNER = 1, 2
_OLDEST = 120
_LONG_AGO = 150


def _number_or_reason(person: Profile) -> bool:
    return person.has_nik == (person.no_nik_reason is not None)


def _reason_of_the_young(person: Profile) -> bool:
    return person.no_nik_reason == UNDER_17 and person.age >= 17


def _reason_of_foreigners(person: Profile) -> bool:
    return person.no_nik_reason == FOREIGNER and person.citizenship != FOREIGN


def _foreigner_without_country(person: Profile) -> bool:
    return person.citizenship == FOREIGN and not person.has_country


def _citizen_with_country(person: Profile) -> bool:
    return person.citizenship != FOREIGN and person.has_country


def _unborn(person: Profile) -> bool:
    return person.unborn


def _newborn(person: Profile) -> bool:
    return person.age == 0


def _very_old(person: Profile) -> bool:
    return person.age > _OLDEST


def _born_after_the_census_day(person: Person, age: int, home: HomeView) -> bool:
    return home.context.census_day < person.birth_date <= home.context.received_on


def _born_too_long_ago(person: Person, age: int, home: HomeView) -> bool:
    return person.birth_date.year < home.context.received_on.year - _LONG_AGO


def _born_within_reason(person: Person, age: int, home: HomeView) -> bool:
    return not _born_too_long_ago(person, age, home)


def _no_head(makeup: Makeup) -> bool:
    return makeup.count(HEAD) == 0


def _two_heads(makeup: Makeup) -> bool:
    return makeup.count(HEAD) > 1


def _card_or_code(home: HomeView) -> bool:
    return (home.form.card is None) == (home.form.code is None)


def _code_mistyped(home: HomeView) -> bool:
    return home.form.code is not None and canonical_code(home.form.code) is None


_E, _W, _G = Severity.ERROR, Severity.WARNING, Group.IDENTITY

PERSON_RULES = (
    PersonRule(
        "nik-or-reason",
        _G,
        _E,
        "/nik",
        Words(
            "Isi NIK, atau pilih alasan mengapa tidak ada; salah satu saja.",
            "Give the NIK, or the reason why there is none; one of the two.",
        ),
        Words(
            "Lihat KTP atau Kartu Keluarga. Anak, warga asing dan yang belum tercatat boleh tanpa NIK.",
            "Look at the identity or family card. Children, foreigners and people not recorded may have none.",
        ),
        {"/members/2/nik": None},
        {"/members/2/nik": None, "/members/2/no_nik_reason": 1},
        when=_number_or_reason,
    ),
    PersonRule(
        "birth-date-future",
        _G,
        _E,
        "/birth_date",
        Words("Tanggal lahir belum terjadi.", "The birth date is still to come."),
        Words("Perbaiki tanggal lahir.", "Correct the birth date."),
        {"/members/2/birth_date": "2199-01-01", "/members/2/nik": None, "/members/2/no_nik_reason": 1},
        when=_unborn,
    ),
    PersonRule(
        "birth-date-impossible",
        _G,
        _E,
        "/birth_date",
        Words("Tanggal lahir lebih dari 150 tahun yang lalu.", "The birth date is more than 150 years ago."),
        Words("Perbaiki tahun lahir.", "Correct the year of birth."),
        {"/members/0/birth_date": "1800-01-01"},
        {"/members/0/birth_date": "1920-01-01"},
        when=_very_old,
        also=_born_too_long_ago,
    ),
    PersonRule(
        "age-over-120",
        _G,
        _W,
        "/birth_date",
        Words("Umurnya lebih dari 120 tahun.", "The person is more than 120 years old."),
        CHECK,
        {"/members/0/birth_date": "1901-01-01"},
        {"/members/0/birth_date": "1920-01-01"},
        when=_very_old,
        also=_born_within_reason,
    ),
    PersonRule(
        "born-after-census-day",
        _G,
        _W,
        "/birth_date",
        Words("Lahir setelah hari sensus.", "Born after the census day."),
        CHECK,
        {"/members/2/birth_date": "2026-09-15", "/members/2/education": None, "/members/2/activity": None},
        {"/members/2/birth_date": "2026-08-15", "/members/2/education": None, "/members/2/activity": None},
        when=_newborn,
        also=_born_after_the_census_day,
    ),
    PersonRule(
        "reason-under-17",
        _G,
        _W,
        "/no_nik_reason",
        Words(
            'Alasan "di bawah 17 tahun" untuk orang yang sudah 17 tahun atau lebih.',
            'The reason "under 17" for somebody of 17 or more.',
        ),
        Words("Isi NIK, atau pilih alasan lain.", "Give the NIK, or choose another reason."),
        {"/members/1/nik": None, "/members/1/no_nik_reason": 1},
        {"/members/2/nik": None, "/members/2/no_nik_reason": 1},
        when=_reason_of_the_young,
    ),
    PersonRule(
        "reason-foreigner",
        _G,
        _W,
        "/no_nik_reason",
        Words(
            'Alasan "warga asing" untuk warga negara Indonesia.', 'The reason "foreigner" for a citizen of Indonesia.'
        ),
        Words(
            "Perbaiki kewarganegaraan, atau pilih alasan lain.", "Correct the citizenship, or choose another reason."
        ),
        {"/members/1/nik": None, "/members/1/no_nik_reason": 2},
        {
            "/members/1/nik": None,
            "/members/1/no_nik_reason": 2,
            "/members/1/citizenship": 2,
            "/members/1/country": "Jepang",
        },
        when=_reason_of_foreigners,
    ),
    PersonRule(
        "country-missing",
        _G,
        _W,
        "/country",
        Words("Warga negara asing tanpa nama negara.", "A foreign citizen without the name of a country."),
        Words("Isi negara asal kewarganegaraannya.", "Give the country of citizenship."),
        {"/members/1/citizenship": 2},
        {"/members/1/citizenship": 2, "/members/1/country": "Jepang"},
        when=_foreigner_without_country,
    ),
    PersonRule(
        "country-of-citizen",
        _G,
        _W,
        "/country",
        Words(
            "Warga negara Indonesia dengan nama negara lain.",
            "A citizen of Indonesia with the name of another country.",
        ),
        Words("Kosongkan negara, atau perbaiki kewarganegaraan.", "Clear the country, or correct the citizenship."),
        {"/members/1/country": "Jepang"},
        when=_citizen_with_country,
    ),
)

FAMILY_RULES = (
    FamilyRule(
        "card-or-code",
        _G,
        _E,
        "/card",
        Words(
            "Isi nomor Kartu Keluarga, atau kode rumah tangga jika tidak punya kartu; salah satu saja.",
            "Give the family card number, or a household code where there is no card; one of the two.",
        ),
        Words(
            "Tanpa kartu, minta kode rumah tangga dari formulir.",
            "Without a card, let the form give you a household code.",
        ),
        {"/card": None},
        {"/card": None, "/code": "KRT-7K3M-Q9XD-0HJ2-V5CX-4"},
        when=always,
        also=_card_or_code,
    ),
    FamilyRule(
        "household-code-mistyped",
        _G,
        _E,
        "/code",
        Words("Kode rumah tangga ini salah ketik.", "This household code is mistyped."),
        Words(
            "Tulis kode seperti yang diberikan formulir. Jika hilang, minta kode baru dari formulir.",
            "Write the code as the form gave it. If it is lost, let the form give you a new one.",
        ),
        {"/card": None, "/code": "KRT-7K3M-Q9XD-0HJ2-V5CX-5"},
        {"/card": None, "/code": "krt 7k3m q9xd ohj2 v5cx 4"},
        when=always,
        also=_code_mistyped,
    ),
    FamilyRule(
        "no-head",
        _G,
        _E,
        "/members",
        Words("Tidak ada kepala keluarga.", "Nobody is the head of the family."),
        Words("Pilih satu orang sebagai kepala keluarga.", "Choose one person as the head of the family."),
        {"/members/0/relationship": 8},
        when=_no_head,
    ),
    FamilyRule(
        "two-heads",
        _G,
        _E,
        "/members",
        Words("Lebih dari satu kepala keluarga.", "More than one head of the family."),
        Words("Biarkan satu orang sebagai kepala keluarga.", "Leave one person as the head of the family."),
        {"/members/1/relationship": 1},
        when=_two_heads,
    ),
)
