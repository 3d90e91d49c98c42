"""Signatures of documents that anybody can check: Ed25519, with the id of the key beside them."""

from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.contracts.receipt import key_id_of


class SignatureError(ValueError):
    """Nobody that is known here has signed that; the message says why."""


def sign(message: bytes, secret: bytes) -> tuple[str, str]:
    """Id of the key, and the signature, in hexadecimal. `secret`: the 32 bytes of an Ed25519 private key."""
    key = Ed25519PrivateKey.from_private_bytes(secret)
    return key_id_of(key.public_key().public_bytes_raw()).hex(), key.sign(message).hex()


def verify(message: bytes, key_id: str, signature: str, keys: Sequence[bytes]) -> None:
    """`keys`: public, 32 bytes each. Raises SignatureError."""
    public = {key_id_of(key).hex(): key for key in keys}.get(key_id)
    if public is None:
        raise SignatureError("signed with a key that is not known here")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        raise SignatureError("the signature does not fit the document") from None
