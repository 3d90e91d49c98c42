"""The secrets of a system: one small folder of files, made once.

identity.key        HMAC key of persons and households; changing it would count everybody anew
content.key         HMAC key of content hashes
correction.key      HMAC key of correction codes
code.key            HMAC key of receipt codes
aside.key           X25519 secret that opens what the inner stages set aside; they have only its public half
receipt/<id>.key    Ed25519 private keys of receipts; the newest id signs, the public parts of all of them verify
payload/            AES-256 keys of sealed payloads, one a day, wrapped; see `data_keys`
portal/portal.key   what families' answers are sealed with in their browsers; in a folder of its own, because the
                    portal faces the world and must see no other key
portal/partner.key  the portal's key as a partner of intake, with the scope draft; not made here
kek.key             what wraps them, where `CACAH_KEK` or `CACAH_KEK_FILE` does not name another place for it
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.runtime.data_keys import DataKeys
from shared.runtime.secret_files import KeysError, create_secret, read_secret

__all__ = [
    "KeyRing",
    "KeysError",
    "create_keys",
    "load_keys",
    "load_portal_key",
    "load_portal_partner_key",
    "portal_partner_file",
]

_NAMES = ("identity", "content", "correction", "code", "aside")
_KEK = "kek.key"
_RECEIPTS, _FIRST_RECEIPT = "receipt", "r1"
_PAYLOADS = "payload"
_PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class KeyRing:
    identity: bytes = field(repr=False)
    content: bytes = field(repr=False)
    correction: bytes = field(repr=False)
    code: bytes = field(repr=False)
    aside: bytes = field(repr=False)
    payload: DataKeys = field(repr=False)
    receipt: Mapping[str, bytes] = field(repr=False)
    signing: str
    """Id of the key that new receipts are signed with."""


def create_keys(folder: Path, kek: bytes | None = None) -> KeyRing:
    """Make what is missing and leave what is there; safe to call by several processes at once.

    Args:
        kek: the key-encryption key, where it is not kept in the folder.
    """
    for ring in (_RECEIPTS, _PAYLOADS, _PORTAL):
        (folder / ring).mkdir(parents=True, exist_ok=True, mode=0o700)
    if not any((folder / _RECEIPTS).glob("*.key")):
        create_secret(folder / _RECEIPTS / f"{_FIRST_RECEIPT}.key")
    for name in _NAMES:
        create_secret(folder / f"{name}.key")
    create_secret(folder / _PORTAL / f"{_PORTAL}.key")
    if kek is None:
        create_secret(folder / _KEK)
    return load_keys(folder, kek)


def load_keys(folder: Path, kek: bytes | None = None) -> KeyRing:
    """As `create_keys`. Raises KeysError."""
    named = {name: read_secret(folder / f"{name}.key") for name in _NAMES}
    receipts = {path.stem: read_secret(path) for path in sorted((folder / _RECEIPTS).glob("*.key"))}
    if not receipts:
        raise KeysError(f"no {_RECEIPTS} key in {folder / _RECEIPTS}; make one with: cacah keys init")
    payload = DataKeys(folder / _PAYLOADS, read_secret(folder / _KEK) if kek is None else kek)
    return KeyRing(**named, payload=payload, receipt=receipts, signing=max(receipts))


def load_portal_key(folder: Path) -> bytes:
    """The one key of the portal. Raises KeysError."""
    return read_secret(folder / _PORTAL / f"{_PORTAL}.key")


def load_portal_partner_key(folder: Path) -> str | None:
    """Under which the portal keeps drafts in intake; None where it was given none."""
    try:
        return portal_partner_file(folder).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def portal_partner_file(folder: Path) -> Path:
    return folder / _PORTAL / "partner.key"
