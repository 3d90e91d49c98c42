import re
from datetime import date
from pathlib import Path

from shared.domain.card_messages import CARD_MESSAGES, Severity
from shared.domain.kk import parse_kk
from shared.domain.nik import parse_nik
from tests.unit.nik_cases import cases

TODAY = date(2026, 11, 24)


def codes_met() -> dict[str, Severity]:
    met: dict[str, Severity] = {}
    for case in cases():
        nik = parse_nik(
            case.text,
            as_of=case.as_of,
            stated_birth_date=case.stated_birth_date,
            stated_sex=case.stated_sex,
        )
        card = parse_kk(case.text, as_of=case.as_of)
        met |= dict.fromkeys((*nik.errors, *card.errors), "error")
        met |= dict.fromkeys((*nik.warnings, *card.warnings), "warning")
    return met


def test_every_code_has_its_message_and_every_message_its_code() -> None:
    assert {entry.code: entry.severity for entry in CARD_MESSAGES.values()} == codes_met()


def test_every_message_and_remedy_is_there_in_both_languages() -> None:
    for entry in CARD_MESSAGES.values():
        texts = (*entry.message, *entry.remedy)
        assert all(text.endswith(".") and "{" not in text for text in texts), entry.code
        assert entry.message.id != entry.message.en
        assert entry.remedy.id != entry.remedy.en
        assert not re.search(r"[0-9]{5}", " ".join(texts))


def test_the_note_on_card_numbers_lists_every_code() -> None:
    note = (Path(__file__).parents[2] / "docs/nik.md").read_text(encoding="utf-8")
    rows = [line for line in note.splitlines() if "| error |" in line or "| warning |" in line]
    listed = {(code, row.split("|")[2].strip()) for row in rows for code in re.findall(r"`(nik-[a-z0-9-]+)`", row)}
    assert listed == {(code, entry.severity) for code, entry in CARD_MESSAGES.items() if code.startswith("nik-")}
