"""The secrets of a system: one small folder of files, made once.

identity.key        HMAC key of persons and households; changing it would count everybody anew
content.key         HMAC key of content hashes
correction.key      HMAC key of correction codes
code.key            HMAC key of receipt codes
receipt/<id>.key    Ed25519 private keys of receipts; the newest id signs, the public parts of all of them verify
payload/<id>.key    AES-256 keys of sealed payloads; the newest id seals, all of them open
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_SECRET_BYTES = 32
_NAMES = ("identity", "content", "correction", "code")
_RINGS = (("payload", "k1"), ("receipt", "r1"))


class KeysError(Exception):
    """The key folder is missing, incomplete or unreadable; the message says which file and what to do."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    identity: bytes = field(repr=False)
    content: bytes = field(repr=False)
    correction: bytes = field(repr=False)
    code: bytes = field(repr=False)
    payload: Mapping[str, bytes] = field(repr=False)
    sealing: str
    """Id of the payload key that new records are sealed with."""
    receipt: Mapping[str, bytes] = field(repr=False)
    signing: str
    """Id of the key that new receipts are signed with."""


def create_keys(folder: Path) -> KeyRing:
    """Make what is missing and leave what is there; safe to call by several processes at once."""
    for ring, first in _RINGS:
        (folder / ring).mkdir(parents=True, exist_ok=True, mode=0o700)
        if not any((folder / ring).glob("*.key")):
            _create(folder / ring / f"{first}.key")
    for name in _NAMES:
        _create(folder / f"{name}.key")
    return load_keys(folder)


def load_keys(folder: Path) -> KeyRing:
    """Raises KeysError."""
    named = {name: _read(folder / f"{name}.key") for name in _NAMES}
    payload, receipt = (_read_ring(folder / ring) for ring, _ in _RINGS)
    return KeyRing(**named, payload=payload, sealing=max(payload), receipt=receipt, signing=max(receipt))


def _read_ring(folder: Path) -> dict[str, bytes]:
    keys = {path.stem: _read(path) for path in sorted(folder.glob("*.key"))}
    if not keys:
        raise KeysError(f"no {folder.name} key in {folder}; make one with: cacah keys init")
    return keys


def _create(path: Path) -> None:
    # Written whole beside its place and linked into it: a reader never sees half a key, a second writer changes none.
    fresh = path.with_suffix(f".{os.getpid()}.new")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_hex(_SECRET_BYTES) + "\n", encoding="ascii")
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _read(path: Path) -> bytes:
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise KeysError(f"{path} is missing; make the keys with: cacah keys init") from None
    except ValueError:
        raise KeysError(f"{path} does not hold {_SECRET_BYTES} bytes in hexadecimal") from None
    if len(secret) != _SECRET_BYTES:
        raise KeysError(f"{path} does not hold {_SECRET_BYTES} bytes in hexadecimal")
    return secret
