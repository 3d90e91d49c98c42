"""What stays known of a day's records once its payload key is shredded: the opening balance that audit and replay start
from instead.

For each record of the day it says what opening it led to: whom the form counts, as what, by keyed hash and never by name
or number; or why it does not count; or, of rosters, rulings and the calendar, the content itself, in which persons are
keyed hashes already. Everything else stands in the record's head, which is in clear and stays in the log. The SHA-256 of
each record binds the two together.

A balance is kept in chunks of records in log order. A statement names the SHA-256 of each chunk and is signed with a key
of receipts: Ed25519 over "cacah opening balance 1" and the canonical JSON of the statement.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Final

import msgspec
import zstandard
from msgspec import Meta

from shared.contracts.signing import SignatureError, sign, verify

VERSION: Final = 1
BAND_YEARS: Final = 5
OLDEST_BAND: Final = 15
"""75 and older."""

_SIGNED: Final = b"cacah opening balance 1"
_MOST_BYTES: Final = 64 << 20

Key = Annotated[bytes, Meta(min_length=16, max_length=16)]


class BalanceError(Exception):
    """An opening balance that is damaged, forged, or of another log or census day; the message says which."""


class KnownPerson(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`key`: None for who has no number. `band`: five years of age on the census day, 0 for the youngest. The other
    answers have the codes of the questionnaire."""

    key: Key | None
    place: int
    sex: int
    band: Annotated[int, Meta(ge=0, le=OLDEST_BAND)]
    relationship: int
    away: bool
    education: int | None
    activity: int | None


class KnownForm(msgspec.Struct, frozen=True, array_like=True, tag=1, gc=False):
    """A form without errors. `place`: of its address. `grade`: A to D."""

    place: int
    grade: str
    clean: bool
    people: tuple[KnownPerson, ...]


class PassedOver(msgspec.Struct, frozen=True, array_like=True, tag=2, gc=False):
    """Counts nothing. `problems`: code and pointer of each error of the form. `opened`: whether its seal held."""

    code: str
    problems: tuple[tuple[str, str], ...] = ()
    opened: bool = True


class Content(msgspec.Struct, frozen=True, array_like=True, tag=3, gc=False):
    """Of a record that is no form."""

    content: bytes


Said = KnownForm | PassedOver | Content


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    offset: int
    record: bytes
    """SHA-256 of the record of the log."""
    said: Said


class Chunk(msgspec.Struct, frozen=True, array_like=True):
    """The records of a partition from offset `first` to `last`, those of other days left out."""

    first: int
    last: int
    sha256: str


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`day`: the id of the payload key. `positions`: per partition of the log, the offset below which every record of the
    day is in the balance. `chunks`: per partition, in order. `made_at`: RFC 3339."""

    version: int
    day: str
    census_day: str
    made_at: str
    positions: tuple[int, ...]
    records: int
    chunks: tuple[tuple[Chunk, ...], ...]


class SignedStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    statement: Statement
    key_id: str
    signature: str


_json = msgspec.json.Encoder(order="deterministic")
_signed = msgspec.json.Decoder(SignedStatement)
_entries = msgspec.msgpack.Decoder(tuple[Entry, ...])
_packer = msgspec.msgpack.Encoder()


def record_hash(record: bytes) -> bytes:
    return hashlib.sha256(record).digest()


def encode_chunk(entries: Iterable[Entry]) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(_packer.encode(tuple(entries)))


def decode_chunk(packed: bytes, sha256: str) -> tuple[Entry, ...]:
    """Raises BalanceError."""
    if hashlib.sha256(packed).hexdigest() != sha256:
        raise BalanceError("a chunk of the opening balance is not the one that was signed")
    try:
        return _entries.decode(zstandard.ZstdDecompressor().decompress(packed, max_output_size=_MOST_BYTES))
    except (msgspec.MsgspecError, zstandard.ZstdError):
        raise BalanceError("a chunk of the opening balance cannot be read by this release") from None


def sign_statement(statement: Statement, secret: bytes) -> bytes:
    """`secret`: the 32 bytes of an Ed25519 private key."""
    return _json.encode(SignedStatement(statement, *sign(_message(statement), secret)))


def verify_statement(document: bytes, keys: Sequence[bytes]) -> Statement:
    """`keys`: public, 32 bytes each. Raises BalanceError."""
    try:
        signed = _signed.decode(document)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise BalanceError("not the statement of an opening balance") from None
    try:
        verify(_message(signed.statement), signed.key_id, signed.signature, keys)
    except SignatureError as problem:
        raise BalanceError(f"the opening balance cannot be believed: {problem}") from None
    if signed.statement.version != VERSION:
        raise BalanceError(f"the opening balance has version {signed.statement.version}; use a newer release")
    return signed.statement


def birth_in(band: int, census_day: date) -> date:
    """A day of birth with which somebody is in the band on the census day. The real one is not kept."""
    year = census_day.year - band * BAND_YEARS
    try:
        return census_day.replace(year=year)
    except ValueError:
        # Census day on 29 February: who was born the day before has had this year's birthday too.
        return census_day.replace(year=year, day=28)


def _message(statement: Statement) -> bytes:
    return _SIGNED + _json.encode(statement)
