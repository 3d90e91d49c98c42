"""A receipt as a page for people. Everything that is shown was verified; nothing of it names anybody."""

from html import escape
from typing import Final

from services.intake.texts import Language, Words
from shared.contracts.receipt import Verified
from shared.domain.census import at_wib

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'none'"
)
_STYLE: Final = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}h1{font-size:1.5rem}.good{color:#0a5c2c}.bad{color:#9b1c1c}dt{font-weight:600;margin-top:.6rem}"
    "dd{margin:0;overflow-wrap:anywhere}img{width:100%;max-width:20rem}"
)
_GENUINE: Final = Words("Bukti pengisian ini asli", "This receipt is genuine")
_MEANING: Final = Words(
    "Formulir ini sudah tersimpan di catatan sensus. Bukti ini tidak memuat jawaban dan tidak menyebut siapa pun.",
    "The form is kept in the log of the census. This receipt holds no answers and names nobody.",
)
_OTHER_LOG: Final = Words(
    "Tanda tangannya benar, tetapi bukti ini dari catatan lain, bukan dari sensus ini.",
    "Its signature holds, but it is of another log, not of this census.",
)
_ROWS: Final = (
    (Words("Diterima", "Received"), "received"),
    (Words("Tempat di catatan", "Place in the log"), "place"),
    (Words("Sidik isi", "Hash of the content"), "hash"),
    (Words("Kunci", "Key"), "key"),
)
_QR: Final = Words("Kode QR bukti ini", "QR code of this receipt")
_SWITCH: Final = Words("In English", "Dalam bahasa Indonesia")
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
    facts = {
        "received": _day_and_time(said.received_at, speech),
        "place": f"{said.partition} / {said.offset}",
        "hash": said.content_hash.hex(),
        "key": verified.key_id,
    }
    rows = "".join(f"<dt>{escape(words[speech])}</dt><dd>{escape(facts[name])}</dd>" for words, name in _ROWS)
    meaning = _MEANING if here else _OTHER_LOG
    qr = f'<p><img src="/v1/receipts/{escape(token)}/qr.svg" alt="{escape(_QR[speech])}"></p>'
    return _page(_GENUINE[speech], meaning[speech], f"<dl>{rows}</dl>{qr}", speech, good=here)


def problem_page(title: str, remedy: str, speech: Language) -> str:
    return _page(title, remedy, "", speech, good=False)


def _page(title: str, text: str, rest: str, speech: Language, *, good: bool) -> str:
    other: Language = "en" if speech == "id" else "id"
    mood = "good" if good else "bad"
    return (
        f'<!doctype html><html lang="{speech}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f'<main><h1 class="{mood}">{escape(title)}</h1><p>{escape(text)}</p>{rest}'
        f'<p><a href="?lang={other}" hreflang="{other}" lang="{other}">{escape(_SWITCH[speech])}</a></p></main></html>'
    )


def _day_and_time(microseconds: int, speech: Language) -> str:
    moment = at_wib(microseconds)
    month = _MONTHS[moment.month - 1][speech]
    return f"{moment.day} {month} {moment.year}, {moment:%H.%M.%S} WIB"
