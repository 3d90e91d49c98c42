"""What a backup says of itself."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from services.cli.errors import Failure
from shared.domain.regions import catalogue

MANIFEST: Final = "manifest.json"
LAYOUT: Final = 1
_CHUNK: Final = 1 << 20


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """How far one partition of the log was counted: `last` is the newest offset in the ledger, `head` the hash of the
    record there; `counted` the offset below which all is in the totals."""

    last: int
    head: str
    counted: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`files`: SHA-256 of every other file. `keys`: whether the secrets are among them, encrypted. `catalogue`: SHA-256
    of the regions that totals were counted by. `not_included`: for people."""

    layout: int
    taken_at: str
    generation: str
    cluster: str
    topic: str
    log: str
    cuts: tuple[Cut, ...]
    census_day: str
    catalogue: str
    people: int
    keys: bool
    files: Mapping[str, str]
    not_included: tuple[str, ...]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """Raises Failure where there is no backup, or a file of it is missing or damaged."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        raise Failure(
            f"{folder} holds no backup that can be read", fix="name the folder that cacah backup made"
        ) from None
    if manifest.layout != LAYOUT:
        raise Failure(f"the backup has layout {manifest.layout}", fix="use the release that made it, or a newer one")
    damaged = [name for name, known in manifest.files.items() if hash_of(folder / name) != known]
    if damaged:
        raise Failure(f"damaged or missing in {folder}: {', '.join(damaged)}", fix="use another backup")
    return manifest


def hash_of(path: Path) -> str:
    """Empty where there is no such file."""
    if not path.is_file():
        return ""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def catalogue_hash() -> str:
    """SHA-256 of the codes of all villages, in order."""
    return hashlib.sha256("\n".join(sorted(catalogue().villages)).encode()).hexdigest()
