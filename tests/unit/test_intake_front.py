"""The hot routes stand before the framework, and nobody can tell."""

import asyncio
from pathlib import Path

import pytest

from services.intake.front import Front
from tests.unit.intake_kit import Exchange, Intake


@pytest.fixture
def kit(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


def test_a_form_does_not_pass_through_the_framework(kit: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        raise AssertionError("the framework was asked")

    monkeypatch.setattr(kit.front, "app", never)
    assert kit.post(b"{}").status == 422


def test_other_methods_on_a_hot_path_are_told_what_is_allowed(kit: Intake) -> None:
    reply = kit.get("/v1/submissions")
    assert reply.status == 405
    assert reply.headers["allow"] == "POST"


def test_what_breaks_on_a_hot_route_is_a_problem_and_is_raised_for_the_log(kit: Intake) -> None:
    async def breaks(*_: object) -> None:
        raise ZeroDivisionError

    exchange = Exchange()
    front = Front(kit.app, {"/v1/submissions": breaks})
    with pytest.raises(ZeroDivisionError):
        asyncio.run(front(kit.scope("POST", "/v1/submissions", {}), exchange.receive, exchange.send))  # type: ignore[arg-type]  # as in the kit
    assert exchange.reply().status == 500
    assert exchange.reply().json["code"] == "internal"
