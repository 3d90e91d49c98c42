"""Receipts. Seen to fail with leaves and nodes hashed alike, with the window's size unsigned, and with loose base64."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.receipt import (
    MAX_WINDOW,
    ReceiptError,
    ReceiptSigner,
    ReceiptVerifier,
    Statement,
    Verified,
    key_id_of,
    key_set,
    public_key_of,
    read_key_set,
)

SECRET = bytes(range(32))
PUBLIC = public_key_of(SECRET)
SIGNER = ReceiptSigner(SECRET)
VERIFIER = ReceiptVerifier([PUBLIC])

statements = st.builds(
    Statement,
    topic_id=st.binary(min_size=16, max_size=16),
    partition=st.integers(0, 1023),
    offset=st.integers(0, 2**63 - 1),
    received_at=st.integers(0, 2**62),
    content_hash=st.binary(min_size=32, max_size=32),
)


def statement(number: int) -> Statement:
    return Statement(b"t" * 16, number % 7, number, 1_795_000_000_000_000 + number, bytes((number % 256,)) * 32)


def unpacked(token: str) -> bytes:
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@given(st.lists(statements, min_size=1, max_size=150))
def test_every_receipt_of_a_window_says_its_own_statement_and_order_is_kept(said: list[Statement]) -> None:
    tokens = SIGNER.sign(said)
    assert [VERIFIER.verify(token).statement for token in tokens] == said


@pytest.mark.parametrize("size", range(1, MAX_WINDOW + 1))
def test_a_window_of_any_size_shares_one_signature(size: int) -> None:
    tokens = SIGNER.sign([statement(number) for number in range(size)])
    assert len({unpacked(token)[-64:] for token in tokens}) == 1
    assert {VERIFIER.verify(token).window for token in tokens} == {size}


def test_longer_windows_are_cut() -> None:
    tokens = SIGNER.sign([statement(number) for number in range(2 * MAX_WINDOW + 1)])
    assert [VERIFIER.verify(token).window for token in tokens] == [MAX_WINDOW] * 2 * MAX_WINDOW + [1]


def test_nothing_to_sign_is_no_window() -> None:
    assert SIGNER.sign([]) == []


@given(st.integers(1, 20), st.data())
def test_any_flipped_bit_fails(size: int, data: st.DataObject) -> None:
    tokens = SIGNER.sign([statement(number) for number in range(size)])
    raw = bytearray(unpacked(data.draw(st.sampled_from(tokens))))
    bit = data.draw(st.integers(0, 8 * len(raw) - 1))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ReceiptError):
        VERIFIER.verify(packed(bytes(raw)))


def test_every_single_bit_of_one_receipt_counts() -> None:
    token = SIGNER.sign([statement(number) for number in range(5)])[4]
    raw = unpacked(token)
    for bit in range(8 * len(raw)):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ReceiptError):
            VERIFIER.verify(packed(bytes(changed)))


@given(st.integers(0, 190), st.sampled_from("ABCXYZabcxyz0189-_=+/ \n."))
def test_one_other_symbol_fails(place: int, symbol: str) -> None:
    (token,) = SIGNER.sign([statement(1)])
    if token[place] != symbol:
        with pytest.raises(ReceiptError):
            VERIFIER.verify(token[:place] + symbol + token[place + 1 :])


@given(st.integers(0, 500))
def test_a_receipt_that_was_cut_or_grown_fails(length: int) -> None:
    token = SIGNER.sign([statement(number) for number in range(4)])[2]
    other = token[:length] if length < len(token) else token + "A" * (length - len(token) + 1)
    with pytest.raises(ReceiptError):
        VERIFIER.verify(other)


@given(st.text())
def test_other_text_is_no_receipt(text: str) -> None:
    with pytest.raises(ReceiptError) as refused:
        VERIFIER.verify(text)
    assert refused.value.code == "receipt-malformed"


def test_a_receipt_of_another_key_is_not_ours() -> None:
    other = ReceiptSigner(bytes(32))
    (token,) = other.sign([statement(1)])
    with pytest.raises(ReceiptError) as refused:
        VERIFIER.verify(token)
    assert refused.value.code == "receipt-unknown-key"


def test_a_node_of_the_tree_is_no_receipt_and_a_path_belongs_to_one_place() -> None:
    first, second = (unpacked(token) for token in SIGNER.sign([statement(1), statement(2)]))
    swapped = first[:77] + second[77:79] + first[79:]
    with pytest.raises(ReceiptError) as refused:
        VERIFIER.verify(packed(swapped))
    assert refused.value.code == "receipt-forged"


def test_old_keys_still_verify() -> None:
    verifier = ReceiptVerifier([public_key_of(bytes(32)), PUBLIC])
    (token,) = SIGNER.sign([statement(1)])
    assert verifier.verify(token) == Verified(statement(1), key_id_of(PUBLIC).hex(), 1)


def test_a_receipt_looks_for_ever_as_it_looks_today() -> None:
    token = SIGNER.sign([statement(number) for number in range(3)])[2]
    assert token == (
        "cch1Vkdap1RjR0x0dHR0dHR0dHR0dHR0dHR0AAIAAAAAAAAAAgAGYIsBXzACAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC"
        "AgICA4__gBsyvOrePYL11Sn4bPX2es8rOamdXrpGnh3KFQdJv53b784rL4K6Tc2fOtuGeJhFwNMLI3iHCvosVqYV_qkqkaJVvgAl"
        "TjI3YjztQldyqYcsSScPVvvIldLGwqt6DA"
    )


def test_public_keys_read_back_from_their_set() -> None:
    keys = [PUBLIC, public_key_of(bytes(32))]
    document = json.dumps(key_set(keys)).encode()
    assert read_key_set(document) == keys
    assert json.loads(document)["keys"][0]["kid"] == key_id_of(PUBLIC).hex()


@pytest.mark.parametrize(
    "document", [b"", b"[]", b"{}", b'{"keys":[{"crv":"Ed25519","x":"AA"}]}', b'{"keys":[{"crv":"Ed25519","x":7}]}']
)
def test_what_is_no_key_set_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match=r"(?i)key"):
        read_key_set(document)
