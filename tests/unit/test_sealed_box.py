"""Sealing for one reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.sealed_box import BoxError, open_box, public_half, seal_for

SECRET, OTHER = b"s" * 32, b"o" * 32


@given(st.binary(max_size=200))
def test_only_the_holder_of_the_secret_opens_a_box(value: bytes) -> None:
    box = seal_for(public_half(SECRET), value)
    assert open_box(SECRET, box) == value
    with pytest.raises(BoxError):
        open_box(OTHER, box)


@given(st.data())
def test_a_box_in_which_a_bit_was_flipped_is_not_opened(data: st.DataObject) -> None:
    box = bytearray(seal_for(public_half(SECRET), b"what a stage found"))
    at = data.draw(st.integers(0, len(box) * 8 - 1))
    # X25519 does not look at the highest bit of a public half; the key is made of it all the same.
    box[at // 8] ^= 1 << at % 8
    with pytest.raises(BoxError):
        open_box(SECRET, bytes(box))


@pytest.mark.parametrize("box", [b"", b"short", bytes(32), bytes(80)])
def test_what_is_no_box_is_not_opened(box: bytes) -> None:
    with pytest.raises(BoxError):
        open_box(SECRET, box)


def test_the_same_bytes_sealed_twice_do_not_show_that_they_are_the_same() -> None:
    assert seal_for(public_half(SECRET), b"same") != seal_for(public_half(SECRET), b"same")
