"""Documents that are made from the code are as the code says."""

import re
from collections.abc import Callable

import pytest

from scripts.generate_docs import DOCUMENTS, ROOT
from shared.domain.counters import COUNTERS
from shared.domain.questionnaire import published
from shared.domain.rules import RULES
from shared.runtime.logs import redact

_NUMBER = re.compile(r'(?<=")00[0-9]{14}(?=")')


@pytest.mark.parametrize(("name", "render"), DOCUMENTS.items())
def test_a_document_is_as_it_would_be_made_now(name: str, render: Callable[[], str]) -> None:
    made, there = render(), (ROOT / name).read_text(encoding="utf-8")
    assert there == made, f"{name} is out of date: run make docs"
    # Numbers that are shown are of province 00, which no card has.
    shown = _NUMBER.sub("", made)
    assert redact(shown) == shown


def test_the_data_dictionary_has_every_field_code_question_and_counter() -> None:
    text = DOCUMENTS["docs/data-dictionary.md"]()
    for questionnaire in published():
        for place in questionnaire.places:
            if place.field.record is None:
                assert f"| `{place.pointer}` |" in text
            for code, label in place.field.choices("id"):
                assert isinstance(code, bool) or f"| {code} | {label} |" in text
        for question in questionnaire.questions:
            assert f"| {question.number} | {question.group} | {question.label.id} |" in text
    assert all(f"| `{counter.code}` |" in text for counter in COUNTERS)


def test_the_rules_page_has_every_rule_in_both_languages() -> None:
    text = DOCUMENTS["docs/rules.md"]()
    for rule in RULES:
        (line,) = (line for line in text.splitlines() if line.startswith(f"| `{rule.code}` |"))
        for words in (rule.message, rule.remedy):
            assert words.id in line
            assert words.en in line
