"""Content is packed before it is sealed, and unpacked whole or not at all."""

import hashlib
import re

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.packing import FORMS, MAX_CONTENT_BYTES, Packer, PackingError, dictionary_file
from shared.contracts.submission import content_of, decode_submission
from tests.families import family
from tests.unit.intake_kit import as_bytes

PACKER = Packer()
EARLIER = bytes.fromhex(
    "28b52ffd62419cfc0175040053840a35d54e5823b2cb1aaddb443fa7aa13cb6ba2101d53a9e4e4524203352c22981d976648"
    "9354b193b949f628fc7c75f64a05d360ef91009e019f278062a9b27b2a21794eaa996a84d988e18349741cdb0b81f63c3252"
    "8bff59c9326c56d3fc1fcdbd42fea056426b5812d665afc3f0bf61450524938f31753c7c72821e521575316841a0d69f902d"
    "ba4c259e"
)
"""CONTENT as it was packed on 2026-11-25."""
CONTENT = content_of(decode_submission(as_bytes(family())))


@given(st.binary(max_size=5000))
def test_what_was_packed_is_unpacked(content: bytes) -> None:
    assert PACKER.unpack(PACKER.pack(content)) == content


def test_a_form_becomes_much_smaller() -> None:
    assert len(PACKER.pack(CONTENT)) * 4 < len(CONTENT)


def test_a_frame_names_its_dictionary() -> None:
    assert zstandard.get_frame_parameters(PACKER.pack(CONTENT)).dict_id == FORMS


@pytest.mark.parametrize(
    ("packed", "code"),
    [
        (b"", "packing-broken"),
        (b"{}", "packing-broken"),
        (PACKER.pack(b"{}")[:-1], "packing-broken"),
        (zstandard.compress(b"{}"), "unknown-dictionary"),
        (PACKER.pack(bytes(MAX_CONTENT_BYTES + 1)), "packing-broken"),
        (zstandard.ZstdCompressor(write_content_size=False).compress(b"{}"), "packing-broken"),
    ],
)
def test_what_cannot_be_unpacked_has_a_code(packed: bytes, code: str) -> None:
    with pytest.raises(PackingError) as caught:
        PACKER.unpack(packed)
    assert caught.value.code == code


def test_the_dictionary_is_the_one_that_the_log_leans_on() -> None:
    file = dictionary_file(FORMS)
    provenance = file.with_name("PROVENANCE.md").read_text(encoding="utf-8")
    assert hashlib.sha256(file.read_bytes()).hexdigest() in provenance
    assert PACKER.unpack(EARLIER) == CONTENT


def test_no_number_in_the_dictionary_can_be_anybodys() -> None:
    found = re.findall(rb"\d{16}", dictionary_file(FORMS).read_bytes())
    assert len(found) > 100
    assert all(number.startswith(b"00") for number in found)
