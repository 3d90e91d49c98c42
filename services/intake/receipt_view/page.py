"""A receipt as a page for people. Everything that is shown was verified; nothing of it names anybody."""

from functools import partial
from typing import Final

from services.intake.pages import render
from services.intake.texts import Language
from shared.contracts.receipt import Verified
from shared.domain.census import at_wib
from shared.domain.words import Words

_WORDS: Final = {
    "skip": Words("Langsung ke isi", "Skip to content"),
    "language": Words("Bahasa", "Language"),
    "genuine": Words("Bukti pengisian ini asli", "This receipt is genuine"),
    "meaning": Words(
        "Formulir ini sudah tersimpan di catatan sensus. Bukti ini tidak memuat jawaban dan tidak menyebut siapa pun.",
        "The form is kept in the log of the census. This receipt holds no answers and names nobody.",
    ),
    "other_log": Words(
        "Tanda tangannya benar, tetapi bukti ini dari catatan lain, bukan dari sensus ini.",
        "Its signature holds, but it is of another log, not of this census.",
    ),
    "received": Words("Diterima", "Received"),
    "place": Words("Tempat di catatan", "Place in the log"),
    "hash": Words("Sidik isi", "Hash of the content"),
    "key": Words("Kunci", "Key"),
    "qr": Words("Kode QR bukti ini", "QR code of this receipt"),
}
_MONTHS: Final = (
    Words("Januari", "January"),
    Words("Februari", "February"),
    Words("Maret", "March"),
    Words("April", "April"),
    Words("Mei", "May"),
    Words("Juni", "June"),
    Words("Juli", "July"),
    Words("Agustus", "August"),
    Words("September", "September"),
    Words("Oktober", "October"),
    Words("November", "November"),
    Words("Desember", "December"),
)


def receipt_page(token: str, verified: Verified, speech: Language, *, here: bool) -> str:
    """`here`: the receipt is of the log that this service writes to."""
    said = verified.statement
    facts = (
        ("received", _day_and_time(said.received_at, speech)),
        ("place", f"{said.partition} / {said.offset}"),
        ("hash", said.content_hash.hex()),
        ("key", verified.key_id),
    )
    meaning = _WORDS["meaning" if here else "other_log"].in_language(speech)
    return _page(_WORDS["genuine"].in_language(speech), meaning, speech, good=here, token=token, facts=facts)


def problem_page(title: str, remedy: str, speech: Language) -> str:
    return _page(title, remedy, speech, good=False, token="", facts=())


def _page(title: str, meaning: str, speech: Language, **context: object) -> str:
    return render("receipt.html", speech, "", partial(_word, speech=speech), title=title, meaning=meaning, **context)


def _word(key: str, speech: Language) -> str:
    return _WORDS[key].in_language(speech)


def _day_and_time(microseconds: int, speech: Language) -> str:
    moment = at_wib(microseconds)
    month = _MONTHS[moment.month - 1].in_language(speech)
    return f"{moment.day} {month} {moment.year}, {moment:%H:%M:%S} WIB"
