"""Drafts over HTTP. Seen to fail with the owner or the name left out of the key, and with the draft stored as it came."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.partners import partner
from tests.unit.intake_kit import Intake, Reply

NAME = "b7" * 16
DAY = 24 * 3600 * 1_000_000
DRAFT = b"sealed by the portal " * 40


@pytest.fixture
def kit(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


def bearer(kit: Intake, name: str, *scopes: Any) -> dict[str, str]:
    some, key = partner(name, *scopes)
    kit.partners.put(some)
    return {"authorization": f"Bearer {key}"}


def ask(kit: Intake, method: str, headers: dict[str, str], body: bytes = b"", name: str = NAME) -> Reply:
    return asyncio.run(kit.ask(method, f"/v1/drafts/{name}", body, headers))


def test_a_draft_comes_back_as_it_was_put_and_the_newest_replaces_it(kit: Intake) -> None:
    portal = bearer(kit, "portal", "draft")
    kept = ask(kit, "PUT", portal, b"older")
    assert (kept.status, kept.headers["expires"]) == (204, "Fri, 18 Dec 2026 11:06:40 GMT")
    assert ask(kit, "PUT", portal, DRAFT).status == 204
    found = ask(kit, "GET", portal)
    assert (found.status, found.headers["content-type"]) == (200, "application/octet-stream")
    assert found.body == DRAFT
    assert ask(kit, "DELETE", portal).status == 204
    assert ask(kit, "GET", portal).status == 404
    assert ask(kit, "DELETE", portal).status == 204


def test_what_is_kept_shows_neither_draft_nor_name(kit: Intake) -> None:
    ask(kit, "PUT", bearer(kit, "portal", "draft"), DRAFT)
    ((key, (sealed, _)),) = kit.drafts.kept.items()
    assert DRAFT[:16] not in sealed
    for known in (NAME.encode(), bytes.fromhex(NAME)):
        assert known not in key + sealed


def test_a_draft_is_found_by_its_owner_and_its_name_only(kit: Intake) -> None:
    portal, other = bearer(kit, "portal", "draft"), bearer(kit, "lain", "draft")
    ask(kit, "PUT", portal, DRAFT)
    assert ask(kit, "GET", other).status == 404
    assert ask(kit, "GET", portal, name="b8" * 16).status == 404
    ask(kit, "DELETE", other)
    assert len(kit.drafts.kept) == 1
    # Another draft's bytes under this id do not open.
    (key,) = kit.drafts.kept
    ask(kit, "PUT", portal, b"another", name="b8" * 16)
    kit.drafts.kept[key] = next(kept for each, kept in kit.drafts.kept.items() if each != key)
    assert ask(kit, "GET", portal).status == 404


def test_a_draft_expires(kit: Intake) -> None:
    portal = bearer(kit, "portal", "draft")
    ask(kit, "PUT", portal, b"draft")
    kit.time += 30 * DAY - 1
    assert ask(kit, "GET", portal).status == 200
    kit.time += 1
    assert ask(kit, "GET", portal).status == 404


def test_drafts_need_their_scope_a_name_and_a_size(kit: Intake) -> None:
    portal, weak = bearer(kit, "portal", "draft"), bearer(kit, "lain", "submit", "operate")
    assert ask(kit, "PUT", {}, b"draft").status == 401
    for method in ("PUT", "GET", "DELETE"):
        assert ask(kit, method, weak, b"draft").status == 403
    assert ask(kit, "PUT", portal, b"draft", name="short").json["code"] == "draft-name"
    assert ask(kit, "GET", portal, name="short").status == 400
    assert ask(kit, "DELETE", portal, name="short").status == 400
    assert ask(kit, "PUT", portal).json["code"] == "draft-empty"
    assert ask(kit, "PUT", portal, bytes(300_000)).status == 413
    assert ask(kit, "PUT", portal | {"content-type": "text/plain"}, b"draft").status == 415
    assert kit.drafts.kept == {}
    assert set(ask(kit, "PATCH", portal).headers["allow"].split(", ")) == {"PUT", "GET", "DELETE"}


def test_a_store_that_is_away_is_said_to_be_and_every_action_is_logged_with_who(
    kit: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    portal = bearer(kit, "portal", "draft")
    ask(kit, "PUT", portal, b"draft")
    ask(kit, "GET", portal)
    ask(kit, "DELETE", portal)
    said = [each for each in caplog.messages if each.startswith("draft")]
    assert said == ["draft kept bytes=5 by=portal", "draft shown bytes=5 by=portal", "draft deleted by=portal"]
    assert NAME not in caplog.text
    kit.drafts.away = True
    for method in ("PUT", "GET", "DELETE"):
        assert ask(kit, method, portal, b"draft").status == 503
