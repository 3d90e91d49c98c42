"""What to tell a family about each thing that can be wrong with a card number, and what they can do about it.

One table for NIK and No KK, in Indonesian and English. Nothing that somebody typed can come out of it: the only gap
in a text, `{}`, takes what the number is called.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Severity = Literal["error", "warning"]


class Wording(NamedTuple):
    """One text in both languages; the fields are the language codes."""

    id: str
    en: str


@dataclass(frozen=True, slots=True)
class CardMessage:
    code: str
    severity: Severity
    """An error keeps a form from being counted; with a warning it is counted, and not clean."""
    message: Wording
    remedy: Wording


Row = tuple[str, Severity, Wording, Wording]

_RETYPE: Final = Wording(
    "Ketik ulang 16 angka seperti tertera pada kartu, hanya dengan angka 0 sampai 9.",
    "Type the 16 digits again as they stand on the card, using only 0 to 9.",
)
_COMPARE: Final = Wording(
    "Cocokkan setiap angka dengan kartu.",
    "Compare each digit with the card.",
)
_KEEP: Final = Wording(
    "Cocokkan dengan kartu. Jika memang tertulis begitu, biarkan: formulir tetap dihitung.",
    "Compare it with the card. If the card says so, leave it: the form is counted all the same.",
)
_REGION_PART: Final = Wording(
    "Cocokkan enam angka pertama dengan kartu.",
    "Compare the first six digits with the card.",
)
_DATE_PART: Final = Wording(
    "Cocokkan angka ke-7 sampai ke-12 dengan kartu.",
    "Compare digits 7 to 12 with the card.",
)

_BOTH: Final[tuple[Row, ...]] = (
    (
        "spreadsheet",
        "error",
        Wording(
            "{} ditulis oleh lembar kerja sebagai pecahan atau pangkat sepuluh; angka terakhirnya hilang.",
            "{} was written by a spreadsheet as a fraction or a power of ten; its last digits are lost.",
        ),
        Wording(
            "Ubah kolom menjadi teks, isi lagi dari kartu, lalu kirim ulang.",
            "Make the column text, fill it in again from the cards, and send it once more.",
        ),
    ),
    (
        "foreign-digit",
        "error",
        Wording("{} memuat angka dari aksara lain.", "{} has digits of another script."),
        _RETYPE,
    ),
    (
        "letter-o",
        "error",
        Wording("{} memuat huruf O.", "{} has a letter O in it."),
        Wording("Ganti huruf O dengan angka 0.", "Put the digit 0 where the letter O is."),
    ),
    (
        "letter-i",
        "error",
        Wording("{} memuat huruf I atau l.", "{} has a letter I or l in it."),
        Wording("Ganti huruf itu dengan angka 1.", "Put the digit 1 where the letter is."),
    ),
    (
        "character",
        "error",
        Wording("{} memuat tanda selain angka.", "{} has something other than digits in it."),
        _RETYPE,
    ),
    (
        "separator",
        "error",
        Wording(
            "{} diawali atau diakhiri titik atau tanda hubung.",
            "{} begins or ends with a dot or a dash.",
        ),
        Wording("Hapus tanda di awal atau akhir.", "Take away what stands before or after the digits."),
    ),
    (
        "15-digits",
        "error",
        Wording("{} kurang satu angka.", "{} has one digit too few."),
        _COMPARE,
    ),
    (
        "17-digits",
        "error",
        Wording("{} lebih satu angka.", "{} has one digit too many."),
        _COMPARE,
    ),
    (
        "too-short",
        "error",
        Wording("{} terlalu pendek.", "{} is too short."),
        _RETYPE,
    ),
    (
        "too-long",
        "error",
        Wording("{} terlalu panjang.", "{} is too long."),
        Wording("Isi satu nomor saja: 16 angka.", "Fill in one number only: 16 digits."),
    ),
    (
        "province-never-used",
        "error",
        Wording(
            "{} diawali nomor provinsi yang tidak pernah ada.",
            "{} begins with a province number that never existed.",
        ),
        _REGION_PART,
    ),
    (
        "regency-zero",
        "error",
        Wording(
            "{} memuat 00 sebagai nomor kabupaten atau kota.",
            "{} has 00 for its regency or city.",
        ),
        _REGION_PART,
    ),
    (
        "district-zero",
        "error",
        Wording("{} memuat 00 sebagai nomor kecamatan.", "{} has 00 for its district."),
        _REGION_PART,
    ),
    (
        "month",
        "error",
        Wording("{} memuat bulan selain 01 sampai 12.", "{} has a month other than 01 to 12."),
        _DATE_PART,
    ),
    (
        "date",
        "error",
        Wording("{} memuat tanggal yang tidak ada di kalender.", "{} has a date no calendar has."),
        _DATE_PART,
    ),
    (
        "date-future",
        "error",
        Wording("{} memuat tanggal yang belum tiba.", "{} has a date that is yet to come."),
        _DATE_PART,
    ),
    (
        "serial-zero",
        "error",
        Wording("{} berakhir dengan 0000.", "{} ends with 0000."),
        Wording("Cocokkan empat angka terakhir dengan kartu.", "Compare the last four digits with the card."),
    ),
    (
        "region-retired",
        "warning",
        Wording(
            "{} memuat nomor wilayah lama yang sudah diganti; nomornya tetap berlaku.",
            "{} has a region's old number, since replaced; it stays valid.",
        ),
        Wording("Tidak perlu melakukan apa-apa.", "Nothing needs to be done."),
    ),
    (
        "regency-unknown",
        "warning",
        Wording(
            "{} memuat nomor kabupaten atau kota yang tidak ada dalam daftar.",
            "{} has a regency or city number that is on no list.",
        ),
        _KEEP,
    ),
    (
        "district-unknown",
        "warning",
        Wording(
            "{} memuat nomor kecamatan yang tidak ada dalam daftar.",
            "{} has a district number that is on no list.",
        ),
        _KEEP,
    ),
)
_NIK_ONLY: Final[tuple[Row, ...]] = (
    (
        "empty",
        "error",
        Wording("NIK belum diisi.", "The NIK is missing."),
        Wording(
            "Isi 16 angka pada kartu, atau pilih alasan mengapa tidak ada.",
            "Fill in the 16 digits on the card, or choose the reason why there is none.",
        ),
    ),
    (
        "day",
        "error",
        Wording(
            "NIK memuat tanggal lahir selain 01 sampai 31, atau 41 sampai 71 untuk perempuan.",
            "The NIK has a day of birth other than 01 to 31, or 41 to 71 for a woman.",
        ),
        _DATE_PART,
    ),
    (
        "birth-date-mismatch",
        "warning",
        Wording(
            "Tanggal lahir pada NIK berbeda dengan yang diisi.",
            "The birth date in the NIK is not the one filled in.",
        ),
        Wording(
            "Cocokkan keduanya dengan kartu. Jika tanggal lahir pernah dibetulkan, biarkan: NIK memang tidak berubah.",
            "Compare both with the card. If the birth date was once corrected, leave it: a NIK does not change.",
        ),
    ),
    (
        "sex-mismatch",
        "warning",
        Wording(
            "Jenis kelamin pada NIK berbeda dengan yang diisi.",
            "The sex in the NIK is not the one filled in.",
        ),
        Wording(
            "Cocokkan keduanya dengan kartu. Jika sudah sesuai kartu, biarkan.",
            "Compare both with the card. If they are as on the card, leave them.",
        ),
    ),
)
_KK_ONLY: Final[tuple[Row, ...]] = (
    (
        "empty",
        "error",
        Wording("Nomor KK belum diisi.", "The family card number is missing."),
        Wording(
            "Isi 16 angka pada kartu keluarga, atau kode keluarga dari formulir jika belum punya kartu.",
            "Fill in the 16 digits on the family card, or the form's household code if there is no card yet.",
        ),
    ),
    (
        "day",
        "error",
        Wording(
            "Nomor KK memuat tanggal pencatatan selain 01 sampai 31.",
            "The family card number has a day of recording other than 01 to 31.",
        ),
        Wording(
            "Cocokkan dengan kartu keluarga; mungkin yang diisi NIK.",
            "Compare it with the family card; perhaps a NIK was filled in.",
        ),
    ),
    (
        "date-doubtful",
        "warning",
        Wording(
            "Nomor KK memuat tanggal pencatatan sebelum ada kartu keluarga.",
            "The family card number has a day of recording from before there were family cards.",
        ),
        _KEEP,
    ),
)


def _table() -> Iterator[CardMessage]:
    for prefix, number, own in (
        ("nik", Wording("NIK", "The NIK"), _NIK_ONLY),
        ("kk", Wording("Nomor KK", "The family card number"), _KK_ONLY),
    ):
        for code, severity, message, remedy in (*_BOTH, *own):
            called = Wording(message.id.format(number.id), message.en.format(number.en))
            yield CardMessage(f"{prefix}-{code}", severity, called, remedy)


CARD_MESSAGES: Final[Mapping[str, CardMessage]] = MappingProxyType({entry.code: entry for entry in _table()})
"""By code: every error and warning that `parse_nik` and `parse_kk` can give."""
