"""`cacah receipt`, with public keys alone. Seen to fail with a verification that always holds."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.cli.app import run
from shared.contracts.receipt import ReceiptSigner, Statement, key_set, public_key_of

SECRET = bytes(range(32))


class Command:
    """`cacah receipt` where there is no system, no key and no network."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._patch = monkeypatch
        self.keys = folder / "jwks.json"
        self.keys.write_text(json.dumps(key_set([public_key_of(SECRET)])))
        monkeypatch.setenv("CACAH_STATE", str(folder / "nothing"))

    def __call__(self, *words: str, code: int = 0, keys: bool = True) -> str:
        self._patch.setattr("sys.argv", ["cacah", "receipt", *words, *(["--keys", str(self.keys)] if keys else [])])
        try:
            ended: int | str | None = run()
        except SystemExit as left:
            ended = left.code
        shown = self._capsys.readouterr()
        assert ended == code, shown
        return shown.out + shown.err


@pytest.fixture
def receipt(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    return Command(tmp_path, capsys, monkeypatch)


def tokens(count: int) -> Sequence[str]:
    said = [Statement(b"t" * 16, 1, number, 1_795_000_000_000_000, bytes(32)) for number in range(count)]
    return ReceiptSigner(SECRET).sign(said)


def test_a_token_is_verified_with_the_public_key_and_nothing_else(receipt: Command) -> None:
    (token,) = tokens(1)
    assert receipt("verify", token).startswith("OK line=1 partition=1 offset=0 received_at=2026-11-18T11:06:40.000000Z")
    assert receipt("verify", f"https://example.org/v1/receipts/{token}").startswith("OK")
    assert json.loads(receipt("verify", token, "--json"))[0]["genuine"] is True
    assert "partition 1, offset 0" in receipt("show", token)


def test_every_flipped_bit_is_found(receipt: Command, tmp_path: Path) -> None:
    token = tokens(3)[1]
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    forged = []
    for bit in range(8 * len(raw)):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        forged.append(base64.urlsafe_b64encode(bytes(changed)).rstrip(b"=").decode())
    (tmp_path / "forged").write_text("\n".join([*forged, token]))
    lines = receipt("verify", str(tmp_path / "forged"), code=1).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["FAIL"] * len(forged) + ["OK"]


def test_answers_of_intake_are_read_as_they_are(receipt: Command, tmp_path: Path) -> None:
    one, two = tokens(2)
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps({"id": "x", "receipt": {"code": "CCH-", "token": one}}, indent=2))
    assert receipt("verify", str(answer)).count("OK") == 1
    results = tmp_path / "results.ndjson"
    rows = [
        {"line": 1, "status": 202, "receipt": {"token": one}},
        {"line": 2, "status": 422, "problem": {}},
        {"line": 3, "status": 202, "receipt": {"token": two}},
    ]
    results.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert [line.split()[1] for line in receipt("verify", str(results)).splitlines()] == ["line=1", "line=3"]


def test_a_receipt_is_drawn(receipt: Command, tmp_path: Path) -> None:
    (token,) = tokens(1)
    receipt("show", token, "--svg", str(tmp_path / "qr.svg"), "--qr")
    assert "<svg" in (tmp_path / "qr.svg").read_text()


def test_what_cannot_be_used_is_said_with_the_fix(receipt: Command, tmp_path: Path) -> None:
    (token,) = tokens(1)
    assert "cacah keys init" in receipt("verify", token, code=2, keys=False)
    empty = tmp_path / "empty"
    empty.write_text("")
    assert "no receipt" in receipt("verify", str(empty), code=2)
    receipt.keys.write_text("{}")
    assert "jwks.json of intake" in receipt("verify", token, code=2)
    receipt.keys.unlink()
    assert "fix: cacah receipt keys" in receipt("verify", token, code=2)
    assert "malformed" in _with_keys(receipt)("verify", "nothing", code=1)


def _with_keys(receipt: Command) -> Command:
    receipt.keys.write_text(json.dumps(key_set([public_key_of(SECRET)])))
    return receipt
