"""The operators' pages: who may see them, what they show, and that whoever decides is named."""

import logging
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.intake.operator.stages import MemoryStages
from shared.contracts.topics import SUBMISSIONS
from tests.aside import ITEM, put_aside
from tests.partners import partner
from tests.unit.portal_kit import Family, at_browser, slug_of
from tests.unit.test_intake_operator import ONE, OTHER, PERSON, person_conflict
from tests.unit.test_intake_stages import status


async def sign_in(family: Family, *scopes: Any) -> httpx.Response:
    some, key = partner("pengelola", *scopes)
    family.portal.intake.partners.put(some)
    return await family.post("operators/sign-in", {"key": str(key)})


def open_review(family: Family) -> None:
    family.portal.intake.conflicts.documents[PERSON] = person_conflict()


def test_pages_of_operators_lead_to_the_sign_in(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        for slug in ("operators/", "operators/figures", "operators/conflicts", f"operators/conflicts/{PERSON}"):
            assert slug_of(await family.get(slug)) == "operators/sign-in"
        assert (await family.post("operators/sign-in", {"key": "made up"})).status_code == 401
        assert (await sign_in(family, "submit")).status_code == 401

    at_browser(tmp_path, story)


def test_the_figures_are_those_of_intake(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        assert slug_of(await sign_in(family, "read")) == "operators/"
        page = await family.get("operators/")
        assert re.search(r'id="people">21<', page.text)
        assert "validator" in page.text
        assert "Pengelola (pengelola)" in page.text
        fragment = await family.get("operators/figures")
        assert "<html" not in fragment.text
        assert re.search(r'id="people">21<', fragment.text)

    at_browser(tmp_path, story, stages=MemoryStages(status(7)))


def test_a_key_is_not_shown_and_its_cookie_not_readable(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        signed_in = await sign_in(family, "read")
        assert "httponly" in signed_in.headers["set-cookie"].lower()
        some, key = partner("lain", "read")
        family.portal.intake.partners.put(some)
        again = await family.post("operators/sign-in", {"key": str(key)})
        assert str(key) not in again.text + str(again.headers)

    at_browser(tmp_path, story)


def test_a_key_that_is_revoked_signs_out(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        open_review(family)
        await sign_in(family, "read")
        assert (await family.get("operators/conflicts")).status_code == 200
        family.portal.intake.partners._partners.clear()
        await family.portal.intake.wiring.access.renew()
        assert slug_of(await family.get("operators/conflicts")) == "operators/sign-in"

    at_browser(tmp_path, story)


def test_a_decision_is_on_the_log_and_names_who_decided(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def story(family: Family) -> None:
        open_review(family)
        await sign_in(family, "read", "operate")
        listed = await family.get("operators/conflicts")
        assert PERSON[:12] in listed.text
        page = await family.get(f"operators/conflicts/{PERSON}")
        assert f'value="count:{ONE}"' in page.text
        decision = {"decision": f"count:{ONE}", "reason": "visited", "seen": "cd" * 16}
        decided = await family.post(f"operators/conflicts/{PERSON}", decision)
        assert slug_of(decided) == f"operators/conflicts/{PERSON}"
        assert len(family.portal.intake.log.records) == 1

    at_browser(tmp_path, story)
    said = [record.getMessage() for record in caplog.records if record.name.startswith("services.portal")]
    assert f"operator decision conflict={PERSON} action=count by=pengelola" in said


def test_a_decision_on_claims_that_changed_is_refused_with_the_reason(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        open_review(family)
        await sign_in(family, "read", "operate")
        await family.get(f"operators/conflicts/{PERSON}")
        decision = {"decision": f"count:{OTHER}", "reason": "visited", "seen": "00" * 16}
        refused = await family.post(f"operators/conflicts/{PERSON}", decision)
        assert refused.status_code == 422
        assert "The claims have changed" in refused.text
        assert family.portal.intake.log.records == []

    at_browser(tmp_path, story)


def test_who_may_only_read_decides_nothing(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        open_review(family)
        await sign_in(family, "read")
        page = await family.get(f"operators/conflicts/{PERSON}")
        assert "Your key may only read." in page.text
        await family.post(f"operators/conflicts/{PERSON}", {"decision": "dismiss", "reason": "other"})
        assert family.portal.intake.log.records == []

    at_browser(tmp_path, story)


def test_signing_out_leaves_no_key(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        open_review(family)
        await sign_in(family, "read")
        await family.get("operators/conflicts")
        await family.post("operators/sign-out")
        assert slug_of(await family.get("operators/conflicts")) == "operators/sign-in"

    at_browser(tmp_path, story)


def test_half_an_hour_without_use_signs_out(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        open_review(family)
        await sign_in(family, "read")
        family.portal.now += 31 * 60
        assert slug_of(await family.get("operators/conflicts")) == "operators/sign-in"

    at_browser(tmp_path, story)


def test_intake_away_is_said(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await sign_in(family, "read")
        page = await family.get("operators/")
        assert (page.status_code, "cannot be read" in page.text) == (503, True)

    at_browser(tmp_path, story, stages=MemoryStages())


def test_what_was_set_aside_is_listed_shown_and_sent_through_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def story(family: Family) -> None:
        aside = put_aside(family.portal.intake)
        await sign_in(family, "read", "operate")
        assert "not-a-record" in (await family.get("operators/aside")).text
        address = f"operators/aside/{SUBMISSIONS}/1/42"
        page = await family.get(address)
        assert "01-11-2026 10:04:05 WIB" in page.text
        assert slug_of(await family.post(address, {"action": "redrive"})) == address
        assert [record.value for record in family.portal.intake.log.records] == [b"garbage"]
        assert [event["by"] for event in aside.history[ITEM]] == ["pengelola"]
        assert "not-a-record" not in (await family.get("operators/aside")).text
        assert "sent through again" in (await family.get(address)).text

    at_browser(tmp_path, story)
    said = [record.getMessage() for record in caplog.records if record.name.startswith("services.portal")]
    assert f"operator action item={ITEM} action=redriven by=pengelola" in said


def test_leaving_what_was_set_aside_needs_a_reason_without_digits(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        aside = put_aside(family.portal.intake)
        await sign_in(family, "read", "operate")
        address = f"operators/aside/{SUBMISSIONS}/1/42"
        await family.get(address)
        refused = await family.post(address, {"action": "discard", "reason": "NIK 3509"})
        assert refused.status_code == 422
        assert aside.history == {}
        await family.post(address, {"action": "discard", "reason": "a test of ours"})
        assert aside.history[ITEM][0]["reason"] == "a test of ours"
        assert "a test of ours" in (await family.get(address)).text

    at_browser(tmp_path, story)


def test_what_was_never_set_aside_has_no_page(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await sign_in(family, "read", "operate")
        assert (await family.get(f"operators/aside/{SUBMISSIONS}/1/43")).status_code == 404
        assert (await family.post(f"operators/aside/{SUBMISSIONS}/1/43", {"action": "redrive"})).status_code == 403

    at_browser(tmp_path, story)
