"""Signatures of documents that anybody can check: Ed25519, with the id of the key beside them."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.contracts.receipt import key_id_of


def sign(message: bytes, secret: bytes) -> tuple[str, str]:
    """Id of the key, and the signature, in hexadecimal. `secret`: the 32 bytes of an Ed25519 private key."""
    key = Ed25519PrivateKey.from_private_bytes(secret)
    return key_id_of(key.public_key().public_bytes_raw()).hex(), key.sign(message).hex()
