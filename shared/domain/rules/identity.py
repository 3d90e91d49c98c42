"""Who people are: numbers, or the reason why there is none; one head; nobody twice."""

from shared.domain.problems import Group, Severity
from shared.domain.rules.model import (
    CHECK,
    HEAD,
    HomeRule,
    HomeView,
    PersonRule,
    PersonView,
)
from shared.domain.words import Words

UNDER_17, FOREIGNER = 1, 2
_WNA = 2
_OLDEST = 120


def _number_or_reason(person: PersonView, home: HomeView) -> bool:
    return (person.person.nik is None) == (person.person.no_nik_reason is None)


def _reason_of_the_young(person: PersonView, home: HomeView) -> bool:
    return person.person.no_nik_reason == UNDER_17 and person.age >= 17


def _reason_of_foreigners(person: PersonView, home: HomeView) -> bool:
    return person.person.no_nik_reason == FOREIGNER and person.person.citizenship != _WNA


def _born_in_the_future(person: PersonView, home: HomeView) -> bool:
    return person.person.birth_date > home.context.received_on


def _born_too_long_ago(person: PersonView, home: HomeView) -> bool:
    return person.person.birth_date.year < home.context.received_on.year - 150


def _very_old(person: PersonView, home: HomeView) -> bool:
    return person.age > _OLDEST and not _born_too_long_ago(person, home)


def _born_after_the_census_day(person: PersonView, home: HomeView) -> bool:
    return home.context.census_day < person.person.birth_date <= home.context.received_on


def _foreigner_without_country(person: PersonView, home: HomeView) -> bool:
    return person.person.citizenship == _WNA and person.person.country is None


def _citizen_with_country(person: PersonView, home: HomeView) -> bool:
    return person.person.citizenship != _WNA and person.person.country is not None


def _no_head(home: HomeView) -> bool:
    return home.head is None


def _two_heads(home: HomeView) -> bool:
    return home.count(HEAD) > 1


def _card_or_code(home: HomeView) -> bool:
    return (home.form.card is None) == (home.form.code is None)


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
        broken=_number_or_reason,
    ),
    PersonRule(
        "birth-date-future",
        _G,
        _E,
        "/birth_date",
        Words("Tanggal lahir belum terjadi.", "The birth date is still to come."),
        Words("Perbaiki tanggal lahir.", "Correct the birth date."),
        {"/members/2/birth_date": "2199-01-01", "/members/2/nik": None, "/members/2/no_nik_reason": 1},
        broken=_born_in_the_future,
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
        broken=_born_too_long_ago,
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
        broken=_very_old,
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
        broken=_born_after_the_census_day,
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
        broken=_reason_of_the_young,
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
        broken=_reason_of_foreigners,
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
        broken=_foreigner_without_country,
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
        broken=_citizen_with_country,
    ),
)

HOME_RULES = (
    HomeRule(
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
        {"/card": None, "/code": "7K3M-Q9XD"},
        broken=_card_or_code,
    ),
    HomeRule(
        "no-head",
        _G,
        _E,
        "/members",
        Words("Tidak ada kepala keluarga.", "Nobody is the head of the family."),
        Words("Pilih satu orang sebagai kepala keluarga.", "Choose one person as the head of the family."),
        {"/members/0/relationship": 8},
        broken=_no_head,
    ),
    HomeRule(
        "two-heads",
        _G,
        _E,
        "/members",
        Words("Lebih dari satu kepala keluarga.", "More than one head of the family."),
        Words("Biarkan satu orang sebagai kepala keluarga.", "Leave one person as the head of the family."),
        {"/members/1/relationship": 1},
        broken=_two_heads,
    ),
)
