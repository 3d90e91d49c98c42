"""Texts that people read, in the two languages that there are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    id: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.id
