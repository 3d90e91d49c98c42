"""The totals with which a census ends, signed: what `cacah close` writes and anybody can verify.

There are two documents. The totals are exact, of every village, and for those who may see exact figures. The public
figures are what the dashboard shows from then on, with small cells left out; they name the totals by their hash.

A signature is Ed25519 over "cacah final totals 1", or "cacah public figures 1", and the canonical JSON of the document:
fields in their order, keys sorted, no white space. The keys are those of receipts.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from shared.contracts.signing import SignatureError, sign, verify

_SIGNED: Final = b"cacah final totals 1"
_PUBLIC: Final = b"cacah public figures 1"
_NATION: Final = "00"
Counters = Mapping[str, int]


class FinalTotalsError(ValueError):
    """Not final totals that can be trusted; the message says why."""


class FinalTotals(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`positions`: per partition of the log, everything below was counted and nothing is above. `chains`: per ledger and
    partition, the chain value of its newest entry, in hexadecimal. `cells`: how many the audit compared.
    `closed_at`: RFC 3339."""

    version: int
    census_day: str
    generation: str
    closed_at: str
    topic_id: str
    positions: Sequence[int]
    chains: Mapping[str, Sequence[str]]
    cells: int
    records: int
    regions: Mapping[str, Counters]
    agencies: Mapping[str, Counters]


class PublicFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """`regions`, `agencies`: code -> counter -> number, of every counter that is shown. `step`: of the release.
    `totals`: SHA-256 of the signed totals, in hexadecimal."""

    version: int
    census_day: str
    closed_at: str
    step: int
    totals: str
    regions: Mapping[str, Counters]
    agencies: Mapping[str, Counters] = msgspec.field(default_factory=dict)


class SignedFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    figures: PublicFigures
    key_id: str
    signature: str


class SignedTotals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    totals: FinalTotals
    key_id: str
    signature: str


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(SignedTotals)
_figures = msgspec.json.Decoder(SignedFigures)


def sign_totals(totals: FinalTotals, secret: bytes) -> SignedTotals:
    """`secret`: the 32 bytes of an Ed25519 private key."""
    return SignedTotals(totals, *sign(_message(totals), secret))


def sign_figures(figures: PublicFigures, secret: bytes) -> SignedFigures:
    """As `sign_totals`."""
    return SignedFigures(figures, *sign(_PUBLIC + _encoder.encode(figures), secret))


def verify_totals(document: bytes, keys: Sequence[bytes]) -> FinalTotals:
    """`keys`: public, 32 bytes each. Raises FinalTotalsError."""
    try:
        signed = _decoder.decode(document)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise FinalTotalsError("not final totals, or not all of them") from None
    _verify(_message(signed.totals), signed.key_id, signed.signature, keys)
    return signed.totals


def verify_figures(document: bytes, keys: Sequence[bytes]) -> PublicFigures:
    """As `verify_totals`."""
    try:
        signed = _figures.decode(document)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise FinalTotalsError("not public figures, or not all of them") from None
    _verify(_PUBLIC + _encoder.encode(signed.figures), signed.key_id, signed.signature, keys)
    return signed.figures


def are_figures(document: bytes) -> bool:
    """Whether this is the public document of the two."""
    try:
        return "figures" in msgspec.json.decode(document, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, ValueError):
        return False


def _verify(message: bytes, key_id: str, signature: str, keys: Sequence[bytes]) -> None:
    try:
        verify(message, key_id, signature, keys)
    except SignatureError as problem:
        raise FinalTotalsError(str(problem)) from None


def encode_signed(signed: SignedTotals | SignedFigures) -> bytes:
    return _encoder.encode(signed)


def unequal_sums(totals: FinalTotals) -> Iterator[str]:
    """Regions whose counters are not the sums of those within them."""
    sums: dict[str, dict[str, int]] = {}
    for code, counters in totals.regions.items():
        if code != _NATION:
            within = sums.setdefault(code.rpartition(".")[0] or _NATION, {})
            for counter, number in counters.items():
                within[counter] = within.get(counter, 0) + number
    for code, added in sums.items():
        if {name: number for name, number in added.items() if number} != dict(totals.regions.get(code, {})):
            yield code


def _message(totals: FinalTotals) -> bytes:
    return _SIGNED + _encoder.encode(totals)
