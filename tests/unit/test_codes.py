"""Codes that people copy. Seen to fail with a check symbol modulo 32, and with letters read as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.codes import CodeError, decode, encode

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
secrets = st.binary(min_size=10, max_size=10)


@given(st.binary(min_size=1, max_size=32))
def test_a_code_reads_back_however_it_is_written(secret: bytes) -> None:
    code = encode(secret)
    assert decode(code, len(secret)) == secret
    assert decode(code.lower().replace("-", " "), len(secret)) == secret
    assert decode(code.replace("0", "o").replace("1", "l"), len(secret)) == secret


@given(secrets, st.integers(0, 15), st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_noticed(secret: bytes, place: int, symbol: str) -> None:
    code = encode(secret).replace("-", "")
    if code[place] != symbol:
        with pytest.raises(CodeError):
            decode(code[:place] + symbol + code[place + 1 :], 10)


@given(secrets, st.integers(0, 14))
def test_two_neighbours_that_changed_places_are_noticed(secret: bytes, place: int) -> None:
    code = encode(secret).replace("-", "")
    if code[place] != code[place + 1]:
        with pytest.raises(CodeError):
            decode(code[:place] + code[place + 1] + code[place] + code[place + 2 :], 10)


@pytest.mark.parametrize(
    ("secret", "code"),
    [(bytes(10), "0000-0000-0000-0000-0"), (b"\xff", "7Z-"), (bytes(9) + b"\x24", "0000-0000-0000-0014-U")],
)
def test_codes_are_grouped_and_end_with_the_check_symbol(secret: bytes, code: str) -> None:
    assert encode(secret).startswith(code.rstrip("-"))


@pytest.mark.parametrize(
    "code",
    [
        "",
        "0000",
        "0000-0000-0000-0000-1",
        "0000-0000-0000-0000-00",
        "....-0000-0000-0000-0",
        "U000-0000-0000-0000-0",
        "ŀ000-0000-0000-0000-0",
        "ſ000-0000-0000-0000-0",
    ],
)
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(CodeError):
        decode(code, 10)


def test_a_value_beyond_its_bytes_is_refused() -> None:
    assert decode(encode(b"\xff"), 1) == b"\xff"
    with pytest.raises(CodeError, match="range"):
        decode("ZZ0", 1)
