"""The words of the pages, in both languages."""

from typing import Final

from shared.web.languages import Language

TEXTS: Final[dict[str, dict[Language, str]]] = {
    "skip": {"id": "Langsung ke isi", "en": "Skip to content"},
    "language": {"id": "Bahasa", "en": "Language"},
    "title": {"id": "Sensus hari ini", "en": "The census today"},
    "not_ready": {
        "id": "Angka belum dapat dibaca. Halaman ini mencoba lagi sendiri.",
        "en": "The figures cannot be read yet. This page tries again by itself.",
    },
}


def words(key: str, language: Language) -> str:
    """Raises KeyError."""
    return TEXTS[key][language]
