"""Every type of problem leads to a page that says what it means and what to do, in both languages."""

import asyncio
from pathlib import Path

import pytest

from services.intake.explained.catalogue import answers, sections
from services.intake.texts import ANSWERS
from shared.domain.problems import Group
from shared.domain.rules import RULES
from tests.unit.intake_kit import Intake, Reply


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return Intake(tmp_path / "keys")


def ask(intake: Intake, path: str, **headers: str) -> Reply:
    return asyncio.run(intake.ask("GET", path, headers={name.replace("_", "-"): v for name, v in headers.items()}))


def text(reply: Reply) -> str:
    return reply.body.decode()


@pytest.mark.parametrize("code", ANSWERS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_type_of_problem_has_a_page(intake: Intake, code: str, language: str) -> None:
    asked = ask(intake, f"/problems/{code}", accept_language=language)
    assert (asked.status, asked.headers["location"]) == (302, f"/{language}/problems/{code}")
    page = ask(intake, asked.headers["location"])
    assert page.status == 200
    assert f'<html lang="{language}">' in text(page)
    answer = answers()[code]
    assert getattr(answer.remedy, language).replace("'", "&#39;").replace('"', "&#34;") in text(page)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_a_program_gets_the_same_as_json(intake: Intake) -> None:
    reply = ask(intake, "/problems/overloaded", accept="application/json")
    assert (reply.json["code"], reply.json["status"]) == ("overloaded", 503)
    assert reply.json["title"].keys() == {"id", "en"}


@pytest.mark.parametrize("path", ["/problems/none", "/id/problems/none", "/fr/problems"])
def test_what_there_is_not_is_not_found(intake: Intake, path: str) -> None:
    assert ask(intake, path).status == 404


def test_the_list_has_every_code_of_every_rule(intake: Intake) -> None:
    page = text(ask(intake, "/en/problems"))
    for rule in RULES:
        assert f'id="{rule.code}"' in page


def test_every_group_of_rules_has_a_section() -> None:
    listed = [each.code for section in sections() for each in section.explanations]
    assert {rule.code for rule in RULES} <= set(listed)
    assert len(sections()) == 3 + len(Group)
