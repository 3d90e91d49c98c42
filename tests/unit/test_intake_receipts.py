"""Receipts as anybody may look at them. Seen to fail with the verification left out of each route, and with values
written into the page as they are."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from services.intake.receipt_view.page import receipt_page
from services.intake.receipt_view.routes import qr_svg
from shared.contracts.receipt import (
    ReceiptSigner,
    ReceiptVerifier,
    Statement,
    Verified,
    public_key_of,
    read_key_set,
)
from tests.families import family
from tests.unit.intake_kit import Intake, Reply


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Intake:
    keys = tmp_path_factory.mktemp("keys")
    # Not by chance: the id of one key in two thousand has digits only, and looks like a card number.
    (keys / "receipt").mkdir()
    (keys / "receipt" / "r1.key").write_text(f"{'5c' * 32}\n", encoding="ascii")
    return Intake(keys)


@pytest.fixture(scope="module")
def receipt(kit: Intake) -> dict[str, Any]:
    found: dict[str, Any] = kit.post(family()).json["receipt"]
    return found


def look(kit: Intake, path: str, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return asyncio.run(kit.ask("GET", path, headers=named))


def test_anybody_is_told_what_a_genuine_receipt_says(kit: Intake, receipt: dict[str, Any]) -> None:
    reply = look(kit, f"/v1/receipts/{receipt['token']}")
    said = reply.json
    assert (reply.status, said["genuine"]) == (200, True)
    for name in ("topic", "partition", "offset", "received_at", "content_hash"):
        assert said[name] == receipt[name], name
    # The short code is its holder's proof; the long form is for everybody.
    assert receipt["code"] not in reply.body.decode()


def test_the_key_set_that_is_served_verifies_the_receipt_without_us(kit: Intake, receipt: dict[str, Any]) -> None:
    reply = look(kit, "/.well-known/jwks.json")
    assert reply.headers["content-type"] == "application/jwk-set+json"
    assert ReceiptVerifier(read_key_set(reply.body)).verify(receipt["token"]).statement.offset == receipt["offset"]
    assert "secret" not in reply.body.decode()
    assert '"d"' not in reply.body.decode()


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_any_flipped_bit_is_refused_by_every_route(kit: Intake, receipt: dict[str, Any], data: st.DataObject) -> None:
    raw = bytearray(base64.urlsafe_b64decode(receipt["token"] + "=" * (-len(receipt["token"]) % 4)))
    bit = data.draw(st.integers(0, 8 * len(raw) - 1))
    raw[bit // 8] ^= 1 << bit % 8
    forged = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    for path in (f"/v1/receipts/{forged}", f"/v1/receipts/{forged}/qr.svg"):
        reply = look(kit, path)
        assert reply.status == 422
        assert reply.json["code"] in {"receipt-malformed", "receipt-unknown-key", "receipt-forged"}


def test_a_person_gets_a_page_in_either_language(kit: Intake, receipt: dict[str, Any]) -> None:
    path, browser = f"/v1/receipts/{receipt['token']}", "text/html,application/xhtml+xml,*/*;q=0.8"
    indonesian, english = look(kit, path, accept=browser), look(kit, path, accept=browser, accept_language="en")
    assert "Bukti pengisian ini asli" in indonesian.body.decode()
    assert "This receipt is genuine" in english.body.decode()
    assert (indonesian.headers["content-language"], english.headers["content-language"]) == ("id", "en")
    assert look(kit, f"{path}?lang=en", accept=browser).body == english.body
    assert "default-src 'none'" in english.headers["content-security-policy"]
    broken = look(kit, "/v1/receipts/nothing", accept=browser, accept_language="en")
    assert (broken.status, "not a receipt" in broken.body.decode()) == (422, True)


def test_a_receipt_of_another_log_is_said_to_be_one(kit: Intake) -> None:
    signer = ReceiptSigner(kit.keys.receipt[kit.keys.signing])
    (token,) = signer.sign([Statement(b"another log's id", 0, 1, 1_795_000_000_000_000, b"\xab" * 32)])
    assert look(kit, f"/v1/receipts/{token}").json["topic"] is None
    assert "of another log" in look(kit, f"/v1/receipts/{token}?lang=en", accept="text/html").body.decode()


def test_the_qr_code_is_a_drawing_of_the_token(kit: Intake, receipt: dict[str, Any]) -> None:
    reply = look(kit, f"/v1/receipts/{receipt['token']}/qr.svg")
    assert (reply.status, reply.headers["content-type"]) == (200, "image/svg+xml")
    assert reply.body.startswith(b"<svg")
    assert qr_svg(receipt["token"]) == reply.body
    assert qr_svg("another") != reply.body


@given(st.text())
def test_nothing_gets_into_the_page_as_markup(text: str) -> None:
    statement = Statement(bytes(16), 0, 1, 1_795_000_000_000_000, bytes(32))
    shown = receipt_page(f"<b>{text}", Verified(statement, f"<i>{text}", 1), "id", here=True)
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert escape(text) in shown


def test_old_keys_stay_in_the_set(tmp_path: Path) -> None:
    (tmp_path / "receipt").mkdir()
    (tmp_path / "receipt" / "r1.key").write_text(f"{'5c' * 32}\n", encoding="ascii")
    older = Intake(tmp_path)
    token = older.post(family()).json["receipt"]["token"]
    (tmp_path / "receipt" / "r2.key").write_text("ab" * 32 + "\n")
    newer = Intake(tmp_path)
    assert newer.keys.signing == "r2"
    assert look(newer, f"/v1/receipts/{token}").json["genuine"] is True
    keys = read_key_set(look(newer, "/.well-known/jwks.json").body)
    assert set(keys) == {public_key_of(secret) for secret in newer.keys.receipt.values()}
    assert len(keys) == 2
