"""Saved forms in intake's keeping, and the partner that the portal is."""

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from services.cli.dev.portal_partner import PORTAL, admit
from services.portal.intake.http import HttpIntake
from services.portal.intake.port import IntakeAway
from services.portal.saving.kept import HttpDrafts
from shared.runtime.partners import MemoryPartners, make_key
from tests.partners import MADE, partner
from tests.unit.intake_kit import Intake

NAME = "0a" * 16


def test_a_draft_comes_back_and_goes_away(tmp_path: Path) -> None:
    async def story() -> None:
        intake = Intake(tmp_path)
        portal, key = partner("portal", "draft")
        intake.partners.put(portal)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(intake.app), base_url="http://intake") as client:
            drafts = HttpDrafts(HttpIntake(client), str(key))
            assert await drafts.get(NAME) is None
            await drafts.put(NAME, b"sealed")
            assert await drafts.get(NAME) == b"sealed"
            await drafts.put(NAME, b"sealed again")
            assert await drafts.get(NAME) == b"sealed again"
            await drafts.delete(NAME)
            assert await drafts.get(NAME) is None

    asyncio.run(story())


def test_a_portal_without_a_valid_key_says_that_it_cannot_save(tmp_path: Path) -> None:
    async def story() -> None:
        intake = Intake(tmp_path)
        some, key = partner("sekolah", "submit")
        intake.partners.put(some)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(intake.app), base_url="http://intake") as client:
            for given in (None, "made up", str(key)):
                drafts = HttpDrafts(HttpIntake(client), given)
                with pytest.raises(IntakeAway):
                    await drafts.put(NAME, b"sealed")
                with pytest.raises(IntakeAway):
                    await drafts.get(NAME)

    asyncio.run(story())


def test_the_portal_is_admitted_once_and_again_with_a_new_key() -> None:
    async def story() -> None:
        store, first, second = MemoryPartners(), make_key(), make_key()
        await admit(store, first, MADE)
        await admit(store, first, MADE + timedelta(hours=1))
        (portal,) = await store.all()
        assert (portal.id, portal.scopes, len(portal.keys)) == (PORTAL, frozenset({"draft"}), 1)
        later = MADE + timedelta(hours=2)
        await admit(store, second, later)
        (portal,) = await store.all()
        (valid,) = portal.valid_keys(later + timedelta(seconds=1))
        assert valid.proven_by(second)

    asyncio.run(story())


def test_a_portal_that_was_revoked_stays_revoked() -> None:
    async def story() -> None:
        store, key = MemoryPartners(), make_key()
        await admit(store, key, MADE)
        (portal,) = await store.all()
        await store.change(portal.revoked(MADE + timedelta(hours=1)))
        await admit(store, key, MADE + timedelta(hours=2))
        (portal,) = await store.all()
        assert portal.valid_keys(MADE + timedelta(hours=3)) == ()

    asyncio.run(story())
