"""`cacah backup` and `cacah restore` for people and for programs."""

import sys
from dataclasses import asdict
from pathlib import Path

import msgspec

from services.cli.backup.manifest import Manifest
from services.cli.backup.restore import restore
from services.cli.backup.secrets import read_passphrase
from services.cli.backup.take import take_backup
from services.cli.console import errors, output, print_json
from shared.runtime.settings import Settings


def backup_and_report(settings: Settings, folder: Path, *, keys_with: Path | None, as_json: bool) -> None:
    """Raises Failure."""
    manifest = take_backup(settings, folder, None if keys_with is None else read_passphrase(keys_with))
    if as_json:
        print_json(msgspec.to_builtins(manifest))
        return
    for words in manifest.not_included:
        sys.stdout.write(f"not included: {words}\n")
    sys.stdout.write(f"OK generation={manifest.generation} people={manifest.people} files={len(manifest.files)}\n")


def restore_and_report(settings: Settings, folder: Path, *, keys_with: Path | None, as_json: bool) -> None:
    """Raises Failure."""
    passphrase = None if keys_with is None else read_passphrase(keys_with)
    done = restore(settings, folder, passphrase, errors() if as_json else output())
    if as_json:
        print_json({"lost": done.lost, "keys": done.keys, "replay": asdict(done.replayed), **_of(done.manifest)})
        return
    sys.stdout.write(f"keys put back: {done.keys}\n")
    sys.stdout.write(f"{done.replayed.line()} lost={len(done.lost)}\n")


def _of(manifest: Manifest) -> dict[str, object]:
    return {"taken_at": manifest.taken_at, "before": manifest.generation}
