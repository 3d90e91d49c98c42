"""`cacah keys init`, `cacah keys new` and `cacah keys list`."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from rich.table import Table

from services.cli.console import output, print_json
from shared.domain.census import WIB
from shared.runtime.keys import KeyRing, create_keys, load_keys
from shared.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class KeyFile:
    """`made_at`: RFC 3339; None where a key was destroyed."""

    kind: Literal["hmac", "aside", "kek", "portal", "receipt", "payload"]
    id: str
    state: Literal["in use", "opens", "verifies", "ahead", "shredded", "outside"]
    made_at: str | None


def init_keys(settings: Settings) -> None:
    """Raises KeysError where a key that is there cannot be read, OSError where none can be written."""
    before = _files(settings)
    keys = create_keys(settings.keys, settings.kek)
    sealing = keys.payload.of_day(_today())
    _say_made(settings, before)
    _say(f"{settings.keys}: complete, new records are sealed with {sealing}")


def new_keys(settings: Settings, days: int) -> None:
    """Make the payload keys of today and the `days` after it. Raises KeysError."""
    before = _files(settings)
    keys = load_keys(settings.keys, settings.kek)
    for ahead in range(days + 1):
        keys.payload.make_ahead(_today() + timedelta(days=ahead))
    _say_made(settings, before)
    _say(f"{settings.keys}: days until {_today() + timedelta(days=days)} have their keys")


def list_keys(settings: Settings, *, as_json: bool) -> None:
    """Raises KeysError."""
    found = _listed(settings, load_keys(settings.keys, settings.kek))
    if as_json:
        print_json([asdict(each) for each in found])
        return
    table = Table("Kind", "Key", "State", "Made")
    for each in found:
        table.add_row(each.kind, each.id, each.state, each.made_at or "")
    output().print(table)


def _listed(settings: Settings, keys: KeyRing) -> list[KeyFile]:
    folder, today = settings.keys, f"d{_today():%Y%m%d}"
    found = [KeyFile("hmac", name, "in use", _made_at(folder / f"{name}.key")) for name in _hmac_names(folder)]
    found.append(KeyFile("aside", "aside", "in use", _made_at(folder / "aside.key")))
    kek = folder / "kek.key"
    found.append(KeyFile("kek", "kek", "in use" if settings.kek is None else "outside", _made_at(kek)))
    portal = sorted((folder / "portal").glob("*.key"))
    found += [KeyFile("portal", path.stem, "in use", _made_at(path)) for path in portal]
    for name in keys.receipt:
        state: Literal["in use", "verifies"] = "in use" if name == keys.signing else "verifies"
        found.append(KeyFile("receipt", name, state, _made_at(folder / "receipt" / f"{name}.key")))
    shredded = keys.payload.shredded()
    for name in sorted({*keys.payload, *shredded}):
        if name in shredded:
            found.append(KeyFile("payload", name, "shredded", None))
        elif name == today:
            found.append(KeyFile("payload", name, "in use", _payload_made_at(folder, name)))
        else:
            later = name > today and name.startswith("d")
            found.append(KeyFile("payload", name, "ahead" if later else "opens", _payload_made_at(folder, name)))
    return found


def _hmac_names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.key") if path.stem not in {"aside", "kek"})


def _payload_made_at(folder: Path, name: str) -> str | None:
    wrapped = folder / "payload" / f"{name}.wrapped"
    return _made_at(wrapped) or _made_at(wrapped.with_suffix(".key"))


def _made_at(path: Path) -> str | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
    except FileNotFoundError:
        return None


def _today() -> date:
    return datetime.now(WIB).date()


def _files(settings: Settings) -> set[Path]:
    return {path for end in ("key", "wrapped") for path in settings.keys.rglob(f"*.{end}")}


def _say_made(settings: Settings, before: set[Path]) -> None:
    for path in sorted(_files(settings) - before):
        _say(f"made {path}")


def _say(line: str) -> None:
    output().print(line, soft_wrap=True, markup=False)
