"""Everything that a problem may say, by code: answers of the service, mistakes of layout, card numbers, rules."""

from dataclasses import dataclass
from typing import Final

from services.intake.texts import ANSWERS, FAULTS
from shared.domain.card_messages import CARD_MESSAGES
from shared.domain.problems import Group, Severity
from shared.domain.rules import RULES, describe
from shared.domain.words import Words


@dataclass(frozen=True, slots=True)
class Explanation:
    """`status`: of HTTP; 0 for what is wrong in a form rather than with a request. `severity`: empty for a status."""

    code: str
    message: Words
    remedy: Words
    status: int = 0
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    heading: Words
    explanations: tuple[Explanation, ...]


_GROUPS: Final = {
    Group.IDENTITY: Words("Identitas", "Identity"),
    Group.ADDRESS: Words("Alamat", "Address"),
    Group.HOUSING: Words("Perumahan", "Housing"),
    Group.EDUCATION: Words("Pendidikan", "Education"),
    Group.FAMILY: Words("Hubungan keluarga", "Family relations"),
    Group.MARRIAGE: Words("Status perkawinan", "Marital status"),
    Group.WORK: Words("Pekerjaan", "Work"),
    Group.COMPOSITION: Words("Susunan keluarga", "Composition of the family"),
}


def answers() -> dict[str, Explanation]:
    """Those that the `type` of a problem names."""
    return {
        code: Explanation(code, answer.title, answer.remedy, status=answer.status) for code, answer in ANSWERS.items()
    }


def sections() -> tuple[Section, ...]:
    return (
        Section(Words("Jawaban layanan", "Answers of the service"), tuple(answers().values())),
        Section(Words("Susunan isian", "Layout"), tuple(Explanation(code, *words) for code, words in FAULTS.items())),
        Section(
            Words("Nomor kartu", "Card numbers"),
            tuple(_of_form(code, entry.severity) for code, entry in CARD_MESSAGES.items()),
        ),
        *(
            Section(heading, tuple(_of_form(rule.code, rule.severity) for rule in RULES if rule.group is group))
            for group, heading in _GROUPS.items()
        ),
    )


def _of_form(code: str, severity: Severity | str) -> Explanation:
    words = [describe(code, language) for language in ("id", "en")]
    (message_id, remedy_id), (message_en, remedy_en) = words
    return Explanation(code, Words(message_id, message_en), Words(remedy_id, remedy_en), severity=str(severity))
