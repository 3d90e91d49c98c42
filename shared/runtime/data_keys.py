"""The keys of sealed payloads: one for each day of the census, wrapped by a key-encryption key.

payload/d20260901.wrapped    AES-256 key of that day: which key wraps it, nonce, and AES-256-GCM of it, in hexadecimal
payload/d20260901.shredded   what is left of a key that was destroyed: a day's key is made once and never again
payload/k1.key               a key in clear, as they were made before; it opens what it sealed and seals nothing new
"""

import hmac
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.contracts.envelope import KeyShredded
from shared.runtime.secret_files import KeysError, create_once, read_secret, sync_folder

KEY_BYTES: Final = 32
_ID: Final = re.compile(r"[a-z0-9]{1,16}")
_NONCE_BYTES: Final = 12


class DataKeys(Mapping[str, bytes]):
    """Keys by id, looked for in the folder when they are first asked for: one that another process makes is found.

    Args:
        folder: shared by all processes of a system; only who seals must be able to write in it.
        kek: the key-encryption key.
    """

    def __init__(self, folder: Path, kek: bytes) -> None:
        self._folder = folder
        self._wrapper = AESGCM(kek)
        self._wrapped_by = hmac.digest(kek, b"key-encryption key", "sha256").hex()[:16]
        self._known: dict[str, bytes] = {}
        self._day: tuple[date, str] | None = None

    def __getitem__(self, key_id: str) -> bytes:
        """Raises KeyError, KeyShredded for one that was destroyed, KeysError for one that cannot be read."""
        if key_id not in self._known:
            self._known[key_id] = self._read(key_id)
        return self._known[key_id]

    def __iter__(self) -> Iterator[str]:
        """Those that are in the folder now."""
        return iter(sorted({path.stem for end in ("key", "wrapped") for path in self._folder.glob(f"*.{end}")}))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def of_day(self, day: date) -> str:
        """Id of the key that seals what is received on this day; made now where there is none.

        Raises KeysError where it cannot be made, or was shredded.
        """
        if self._day is None or self._day[0] != day:
            self._day = (day, self._ensure(id_of_day(day)))
        return self._day[1]

    def make_ahead(self, day: date) -> None:
        """As `of_day`, for a day that has not begun."""
        self._ensure(id_of_day(day))

    def shred(self, key_id: str, why: str) -> None:
        """Destroy the key in this folder, for good. Copies elsewhere, and a process that has used it, still have it.

        Args:
            why: one line, ASCII; kept in what is left of the key.

        Raises:
            KeyError: there is no such key of a day, or it was shredded before.
            OSError: the folder cannot be written to.
        """
        path = self._path(key_id)
        if not _ID.fullmatch(key_id) or not path.exists():
            raise KeyError(key_id)
        # First the stone, then the grave: whatever happens in between, nobody makes the key anew.
        create_once(self.tombstone(key_id), why + "\n")
        path.unlink()
        sync_folder(self._folder)
        self._known.pop(key_id, None)

    def shredded(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob("*.shredded"))

    def _ensure(self, key_id: str) -> str:
        try:
            self[key_id]
        except KeyShredded:
            raise KeysError(f"the payload key {key_id} was shredded and its day is back: set the clock") from None
        except KeyError:
            self._make(key_id)
            # Read again: another process may have been first.
            self[key_id]
        return key_id

    def _make(self, key_id: str) -> None:
        nonce = os.urandom(_NONCE_BYTES)
        wrapped = self._wrapper.encrypt(nonce, secrets.token_bytes(KEY_BYTES), key_id.encode("ascii"))
        line = f"{self._wrapped_by} {nonce.hex()} {wrapped.hex()}\n"
        path = self._path(key_id)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            create_once(path, line)
        except OSError as problem:
            raise KeysError(
                f"{path} cannot be made ({problem.strerror}); let intake write there, or make keys ahead: cacah keys new"
            ) from problem

    def _read(self, key_id: str) -> bytes:
        if not _ID.fullmatch(key_id):
            raise KeyError(key_id)
        if self.tombstone(key_id).exists():
            raise KeyShredded(key_id)
        try:
            text = self._path(key_id).read_text(encoding="ascii")
        except (FileNotFoundError, NotADirectoryError):
            plain = self._folder / f"{key_id}.key"
            if plain.exists():
                return read_secret(plain)
            raise KeyError(key_id) from None
        except UnicodeDecodeError:
            text = ""
        return self._unwrap(key_id, text)

    def _unwrap(self, key_id: str, text: str) -> bytes:
        try:
            wrapped_by, nonce, wrapped = text.split()
            sealed = bytes.fromhex(nonce), bytes.fromhex(wrapped)
        except ValueError:
            raise KeysError(f"{self._path(key_id)} is damaged; put back a copy of it") from None
        if wrapped_by != self._wrapped_by:
            raise KeysError(f"{self._path(key_id)} is wrapped by another key-encryption key; see CACAH_KEK")
        try:
            # The id goes in with it: a file under another day's name opens nothing.
            return self._wrapper.decrypt(*sealed, key_id.encode("ascii"))
        except InvalidTag:
            raise KeysError(f"{self._path(key_id)} is damaged; put back a copy of it") from None

    def _path(self, key_id: str) -> Path:
        return self._folder / f"{key_id}.wrapped"

    def tombstone(self, key_id: str) -> Path:
        return self._folder / f"{key_id}.shredded"


def id_of_day(day: date) -> str:
    return f"d{day:%Y%m%d}"
