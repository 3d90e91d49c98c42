"""Small files with secrets: written once and whole, for their owner alone, and on the disk before they are used."""

import os
import secrets
from pathlib import Path
from typing import Final

SECRET_BYTES: Final = 32


class KeysError(Exception):
    """The key folder is missing, incomplete or unreadable; the message says which file and what to do."""


def create_once(path: Path, text: str) -> bool:
    """Write a file that is not there yet; False where it is. Several processes and machines may try at once.

    Written whole beside its place and linked into it: a reader never sees half a secret, and a second writer changes
    none. Raises OSError.
    """
    if path.exists():
        return False
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            # What a key has sealed may be acknowledged at once; the key must not be lost with the machine's memory.
            os.fsync(file.fileno())
        path.hardlink_to(fresh)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def create_secret(path: Path) -> None:
    create_once(path, secrets.token_hex(SECRET_BYTES) + "\n")


def read_secret(path: Path) -> bytes:
    """Raises KeysError."""
    try:
        return parse_secret(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise KeysError(f"{path} is missing; make the keys with: cacah keys init") from None
    except ValueError:
        raise KeysError(f"{path} does not hold {SECRET_BYTES} bytes in hexadecimal") from None


def parse_secret(text: str) -> bytes:
    """Raises ValueError."""
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"must be {SECRET_BYTES} bytes in hexadecimal")
    return secret
