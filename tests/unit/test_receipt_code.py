"""Codes of receipts. Seen to fail with the submission left out of the keyed hash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.codes import CodeError
from shared.contracts.receipt_code import MAX_OFFSET, MAX_PARTITIONS, CodedPosition, ReceiptCodes

CODES = ReceiptCodes(b"k" * 32, b"t" * 16)
ids = st.binary(min_size=16, max_size=16)
partitions = st.integers(0, MAX_PARTITIONS - 1)
offsets = st.integers(0, MAX_OFFSET)


@given(partitions, offsets, ids)
def test_a_code_says_where_its_submission_is_however_it_is_written(
    partition: int, offset: int, submission: bytes
) -> None:
    code = CODES.encode(partition, offset, submission)
    where = CodedPosition(partition, offset)
    for written in (code, code.lower(), code.removeprefix("CCH-"), code.replace("-", " "), code.replace("-", "")):
        assert CODES.decode(written, submission) == where


@given(partitions, offsets, ids, ids)
def test_it_opens_no_other_submission(partition: int, offset: int, submission: bytes, other: bytes) -> None:
    if submission != other:
        assert CODES.decode(CODES.encode(partition, offset, submission), other) is None


@given(partitions, offsets, ids)
def test_it_is_worth_nothing_under_another_key_or_for_another_topic(
    partition: int, offset: int, submission: bytes
) -> None:
    code = CODES.encode(partition, offset, submission)
    assert ReceiptCodes(b"l" * 32, b"t" * 16).decode(code, submission) is None
    assert ReceiptCodes(b"k" * 32, b"u" * 16).decode(code, submission) is None


@given(partitions, offsets, ids, st.integers(4, 23), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_symbol_is_noticed(partition: int, offset: int, submission: bytes, place: int, symbol: str) -> None:
    code = CODES.encode(partition, offset, submission)
    if code[place] != "-" and code[place] != symbol:
        with pytest.raises(CodeError):
            CODES.decode(code[:place] + symbol + code[place + 1 :], submission)


def test_neighbours_look_nothing_alike() -> None:
    first, second = (CODES.encode(0, offset, bytes(16)) for offset in (1, 2))
    assert sum(a == b for a, b in zip(first, second, strict=True)) < 16


def test_a_code_is_short_and_looks_for_ever_as_it_looks_today() -> None:
    assert CODES.encode(3, 123_456, bytes(range(16))) == "CCH-BCAS-VC0X-3TDE-2YPE-8"


@pytest.mark.parametrize(("partition", "offset"), [(MAX_PARTITIONS, 0), (0, MAX_OFFSET + 1), (-1, 0), (0, -1)])
def test_positions_out_of_range_are_an_error(partition: int, offset: int) -> None:
    with pytest.raises(OverflowError):
        CODES.encode(partition, offset, bytes(16))
