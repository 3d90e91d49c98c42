"""Backups: secrets only under a passphrase, damage named, and nothing of another generation."""

from pathlib import Path

import pytest

from services.cli.backup.manifest import LAYOUT, Manifest, catalogue_hash, hash_of, read_manifest, write_manifest
from services.cli.backup.secrets import read_passphrase, seal_keys, unseal_keys
from services.cli.backup.take import belongs
from services.cli.errors import Failure
from shared.runtime.keys import create_keys, load_keys

PASSPHRASE = b"kata sandi yang panjang"


def manifest_of(folder: Path) -> Manifest:
    files = {path.name: hash_of(path) for path in folder.iterdir()}
    return Manifest(
        layout=LAYOUT,
        taken_at="2026-11-25T00:00:00+00:00",
        generation="g1",
        cluster="c",
        topic="t",
        log="l",
        cuts=(),
        census_day="2026-09-01",
        catalogue=catalogue_hash(),
        people=0,
        keys=False,
        files=files,
        not_included=(),
    )


def test_keys_come_back_under_their_passphrase_and_are_not_readable_without(tmp_path: Path) -> None:
    made = create_keys(tmp_path / "keys")
    sealed = seal_keys(tmp_path / "keys", PASSPHRASE)
    assert made.identity not in sealed
    assert made.identity.hex().encode() not in sealed
    assert unseal_keys(sealed, PASSPHRASE, tmp_path / "again") > 4
    assert load_keys(tmp_path / "again").identity == made.identity
    assert unseal_keys(sealed, PASSPHRASE, tmp_path / "again") == 0
    with pytest.raises(Failure, match="does not open"):
        unseal_keys(sealed, b"another pass phrase", tmp_path / "third")
    assert not (tmp_path / "third").exists()


def test_other_keys_are_not_written_over(tmp_path: Path) -> None:
    create_keys(tmp_path / "keys")
    sealed = seal_keys(tmp_path / "keys", PASSPHRASE)
    create_keys(tmp_path / "others")
    with pytest.raises(Failure, match="other keys than the backup"):
        unseal_keys(sealed, PASSPHRASE, tmp_path / "others")


def test_a_short_passphrase_or_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("sandi", encoding="ascii")
    for name in ("short", "missing"):
        with pytest.raises(Failure):
            read_passphrase(tmp_path / name)


def test_damage_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.bson.gz").write_bytes(b"a")
    (tmp_path / "b.bson.gz").write_bytes(b"b")
    write_manifest(tmp_path, manifest_of(tmp_path))
    assert read_manifest(tmp_path).generation == "g1"
    (tmp_path / "a.bson.gz").write_bytes(b"changed")
    (tmp_path / "b.bson.gz").unlink()
    with pytest.raises(Failure, match=r"a\.bson\.gz, b\.bson\.gz"):
        read_manifest(tmp_path)


def test_a_folder_without_a_backup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="no backup"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("regions.g2", True),
        ("ledger.household.g2", True),
        ("ledger.household.g1", False),
        ("regions.g12", False),
        ("partners", True),
        ("generations", True),
    ],
)
def test_what_belongs_to_a_backup_of_the_second_generation(name: str, *, expected: bool) -> None:
    assert belongs(name, "g2") is expected
