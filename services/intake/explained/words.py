"""The words around the explanations, in both languages."""

from typing import Final

from shared.web.languages import Language

_TEXTS: Final[dict[str, dict[Language, str]]] = {
    "skip": {"id": "Langsung ke isi", "en": "Skip to content"},
    "language": {"id": "Bahasa", "en": "Language"},
    "title": {"id": "Penjelasan masalah", "en": "Problems explained"},
    "lead": {
        "id": "Apa arti setiap kode, dan apa yang dapat dilakukan. Isian Anda sendiri tidak pernah diulang di sini.",
        "en": "What each code means, and what can be done. Nothing that you filled in is ever repeated here.",
    },
    "code": {"id": "Kode", "en": "Code"},
    "meaning": {"id": "Artinya", "en": "Meaning"},
    "remedy": {"id": "Yang dapat dilakukan", "en": "What to do"},
    "status": {"id": "Status HTTP", "en": "HTTP status"},
    "error": {"id": "menghalangi", "en": "must be mended"},
    "warning": {"id": "peringatan", "en": "warning"},
    "all": {"id": "Semua penjelasan", "en": "All explanations"},
    "again": {
        "id": "Tunggu selama yang tertulis di Retry-After, lalu kirim lagi dengan id yang sama. Formulir yang sama "
        "dengan id yang sama tidak pernah dihitung dua kali.",
        "en": "Wait for as long as Retry-After says and send it again with the same id. The same form with the same id "
        "is never counted twice.",
    },
}


def words(key: str, language: Language) -> str:
    """Raises KeyError."""
    return _TEXTS[key][language]
