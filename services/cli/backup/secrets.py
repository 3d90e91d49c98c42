"""The key folder as one encrypted file. Whoever has it and the passphrase can open every form: keep them apart."""

import os
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from services.cli.errors import ExitCode, Failure

KEYS_FILE: Final = "keys.sealed"
_SALT: Final = 16
_NONCE: Final = 12
_FEWEST: Final = 12


def read_passphrase(file: Path) -> bytes:
    """Raises Failure."""
    try:
        passphrase = file.read_bytes().strip()
    except OSError as problem:
        raise Failure(
            f"{file}: {problem.strerror}", fix="name a file with the passphrase", code=ExitCode.USAGE
        ) from None
    if len(passphrase) < _FEWEST:
        raise Failure(f"{file} has fewer than {_FEWEST} characters", fix="use a longer passphrase", code=ExitCode.USAGE)
    return passphrase


def seal_keys(keys: Path, passphrase: bytes) -> bytes:
    files = {str(path.relative_to(keys)): path.read_bytes() for path in sorted(keys.rglob("*")) if path.is_file()}
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return salt + nonce + _cipher(passphrase, salt).encrypt(nonce, msgspec.msgpack.encode(files), salt)


def unseal_keys(sealed: bytes, passphrase: bytes, keys: Path) -> int:
    """Puts every file that is missing in its place; returns how many. Raises Failure where the passphrase is another
    one, or a file is there with another content."""
    salt, nonce = sealed[:_SALT], sealed[_SALT : _SALT + _NONCE]
    try:
        packed = _cipher(passphrase, salt).decrypt(nonce, sealed[_SALT + _NONCE :], salt)
    except InvalidTag:
        raise Failure(
            "the passphrase does not open the keys of this backup", fix="use the one it was made with"
        ) from None
    files = msgspec.msgpack.decode(packed, type=dict[str, bytes])
    missing = {keys / name: content for name, content in files.items() if not (keys / name).exists()}
    other = [
        name for name, content in files.items() if (keys / name).exists() and (keys / name).read_bytes() != content
    ]
    if other:
        raise Failure(f"{keys} holds other keys than the backup: {', '.join(other)}", fix="move that folder away first")
    for path, content in missing.items():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(content)
    return len(missing)


def _cipher(passphrase: bytes, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(passphrase))
