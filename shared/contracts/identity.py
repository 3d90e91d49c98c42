"""From numbers that name people to keyed hashes that do not.

Sixteen digits have too little entropy for a plain hash, so every key is an HMAC-SHA-256 under a secret that never
leaves the services that see numbers in clear. Sixteen bytes are kept: at 270 million people the chance that any two
share a key is below 1 in 10^21.
"""

import hashlib
import hmac
from functools import cache

from shared.domain.household_code import canonical_code

KEY_BYTES = 16
_BLOCK = 64
_INNER, _OUTER = (bytes(each ^ pad for each in range(256)) for pad in (0x36, 0x5C))


def person_key(secret: bytes, nik: str) -> bytes:
    """`nik`: sixteen ASCII digits."""
    return keyed_hash(secret, b"nik:" + nik.encode("ascii"))[:KEY_BYTES]


def household_key(secret: bytes, card: str) -> bytes:
    """`card`: sixteen ASCII digits."""
    return keyed_hash(secret, b"kk:" + card.encode("ascii"))[:KEY_BYTES]


def household_code_key(secret: bytes, code: str) -> bytes:
    """`code`: in any of the ways of writing it; all give one key."""
    code = canonical_code(code) or code
    return hmac.digest(secret, b"household-code:" + code.encode(), "sha256")[:KEY_BYTES]


def agency_key(secret: bytes, code: str) -> bytes:
    return hmac.digest(secret, b"agency:" + code.encode(), "sha256")[:KEY_BYTES]


def claimant_key(household: bytes, lineage: bytes) -> bytes:
    """Who claims a person: one lineage of forms under one household. Lineage ids are chosen by senders, so they
    identify nothing without their household."""
    return hashlib.sha256(household + lineage).digest()[:KEY_BYTES]


def nobody_key(household: bytes) -> bytes:
    """The person key that stands for a household whose head has no number."""
    return hashlib.sha256(b"household:" + household).digest()[:KEY_BYTES]


def partner_lineage(sender: bytes, household: bytes) -> bytes:
    """All forms that one partner sends for one household are one lineage."""
    return hashlib.sha256(b"partner:" + sender + household).digest()[:KEY_BYTES]


def correction_secret(secret: bytes, lineage: bytes) -> bytes:
    """Ten bytes that let their holder continue a lineage; derived, so that nothing has to be stored."""
    return keyed_hash(secret, b"correction:" + lineage)[:10]


def content_hash(secret: bytes, submission: bytes, content: bytes) -> bytes:
    """A commitment to the answers: equal for a repeat, useless for guessing answers without the secret.

    Args:
        secret: the content key of the service.
        submission: the sixteen bytes of the submission id.
        content: the canonical answers.
    """
    # The second is `hmac.digest` under a key that is used this once, at half of its time.
    inner, outer = _padded(keyed_hash(secret, submission))
    return hashlib.sha256(outer + hashlib.sha256(inner + content).digest()).digest()


def uuid_text(name: bytes) -> str:
    """Sixteen bytes as people write a UUID: `str(UUID(bytes=name))` at a quarter of its time."""
    digits = name.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def uuid_bytes(text: str) -> bytes:
    """Of a UUID whose shape was checked: 32 hexadecimal digits, between them hyphens."""
    return bytes.fromhex(text.replace("-", ""))


def keyed_hash(secret: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256 (RFC 2104), from states in which the secret is hashed already: a third of `hmac.digest`'s time, for
    what is made some ten thousand times a second. `secret`: one of few, for its states are kept."""
    begun = _begun(secret)
    inner, outer = begun[0].copy(), begun[1].copy()
    inner.update(message)
    outer.update(inner.digest())
    return outer.digest()


@cache
def _begun(secret: bytes) -> "tuple[hashlib._Hash, hashlib._Hash]":
    inner, outer = _padded(hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret)
    return hashlib.sha256(inner), hashlib.sha256(outer)


def _padded(secret: bytes) -> tuple[bytes, bytes]:
    """The blocks that stand before the message and before its hash. `secret`: one block at most."""
    block = secret.ljust(_BLOCK, b"\0")
    return block.translate(_INNER), block.translate(_OUTER)
