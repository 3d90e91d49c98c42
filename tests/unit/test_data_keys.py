"""Keys of days: made once by whoever comes first, found by who comes later, gone when shredded."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from shared.contracts.envelope import NOBODY, Codec, DayShredded, EnvelopeError, Head, KeyMissing, Kind, Sealer
from shared.runtime.data_keys import DataKeys
from shared.runtime.keys import KeysError, create_keys, load_keys
from shared.runtime.secret_files import create_once

DAY = date(2026, 9, 1)
NOON = 1_788_238_800_000_000  # 2026-09-01 12:00 WIB
KEK = bytes(range(32))


def keys_in(folder: Path, kek: bytes = KEK) -> DataKeys:
    return DataKeys(folder, kek)


def head_of(key_id: str, received_at: int = NOON) -> Head:
    return Head(
        Kind.SUBMISSION, Codec.ZSTD_JSON, key_id, received_at, 0, bytes(16), bytes(16), bytes(16), NOBODY, bytes(32)
    )


def test_a_day_has_one_key_and_each_day_another(tmp_path: Path) -> None:
    keys = keys_in(tmp_path)
    assert keys.of_day(DAY) == keys.of_day(DAY) == "d20260901"
    assert keys["d20260901"] != keys[keys.of_day(date(2026, 9, 2))]
    assert keys_in(tmp_path)["d20260901"] == keys["d20260901"]
    assert list(keys) == ["d20260901", "d20260902"]


def test_many_who_make_a_key_at_once_have_the_same(tmp_path: Path) -> None:
    start = threading.Barrier(12)
    made: list[bytes] = []

    def first() -> None:
        keys = keys_in(tmp_path)
        start.wait()
        made.append(keys[keys.of_day(DAY)])

    threads = [threading.Thread(target=first) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 12
    assert len(set(made)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["d20260901.wrapped"]


def test_a_reader_finds_a_key_that_is_made_while_it_runs(tmp_path: Path) -> None:
    reader = Sealer(keys_in(tmp_path))
    writer = keys_in(tmp_path)
    record = Sealer(writer).seal(head_of(writer.of_day(DAY)), b"answers")
    assert reader.open(record)[1] == b"answers"


def test_a_key_is_not_in_clear_and_for_nobody_else(tmp_path: Path) -> None:
    keys = keys_in(tmp_path)
    secret = keys[keys.of_day(DAY)]
    (path,) = tmp_path.iterdir()
    assert secret.hex() not in path.read_text(encoding="ascii")
    assert path.stat().st_mode & 0o077 == 0


def test_another_key_encryption_key_opens_nothing_and_says_so(tmp_path: Path) -> None:
    keys_in(tmp_path).of_day(DAY)
    with pytest.raises(KeysError, match="another key-encryption key"):
        keys_in(tmp_path, bytes(32))["d20260901"]


def swapped(folder: Path) -> None:
    keys_in(folder).of_day(date(2026, 9, 2))
    (folder / "d20260902.wrapped").replace(folder / "d20260901.wrapped")


def cut(folder: Path) -> None:
    (folder / "d20260901.wrapped").write_text("ab", encoding="ascii")


def flipped(folder: Path) -> None:
    path = folder / "d20260901.wrapped"
    text = path.read_text(encoding="ascii").rstrip()
    path.write_text(text[:-1] + ("0" if text[-1] != "0" else "1"), encoding="ascii")


@pytest.mark.parametrize("damage", [swapped, cut, flipped])
def test_a_damaged_key_is_named(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    keys_in(tmp_path).of_day(DAY)
    damage(tmp_path)
    with pytest.raises(KeysError, match=r"d20260901\.wrapped is damaged"):
        keys_in(tmp_path)["d20260901"]


def test_a_folder_that_cannot_be_written_to_is_named_with_the_fix(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeysError, match="cacah keys new"):
        keys_in(tmp_path / "file").of_day(DAY)


def test_a_key_from_before_still_opens(tmp_path: Path) -> None:
    (tmp_path / "k1.key").write_text("07" * 32, encoding="ascii")
    record = Sealer({"k1": bytes([7] * 32)}).seal(structs.replace(head_of("k1"), codec=Codec.JSON), b"{}")
    assert Sealer(keys_in(tmp_path)).open(record)[1] == b"{}"


def test_the_key_of_a_records_own_day_must_be_somewhere(tmp_path: Path) -> None:
    """Passing over such a record would lose it; passing over a made-up id loses nothing."""
    elsewhere = Sealer({"d20260901": KEK, "d20260902": KEK, "other": KEK})
    here = Sealer(keys_in(tmp_path))
    with pytest.raises(KeyMissing, match="d20260901"):
        here.open(elsewhere.seal(head_of("d20260901"), b"{}"))
    for made_up in ("d20260902", "other"):
        with pytest.raises(EnvelopeError, match="no payload key"):
            here.open(elsewhere.seal(head_of(made_up), b"{}"))
    with pytest.raises(EnvelopeError, match="no payload key"):
        here.open(elsewhere.seal(head_of("d20260901", 2**62), b"{}"))


@pytest.mark.parametrize("name", ["../k1", "", "K1", "a" * 17, "a/b"])
def test_an_id_is_no_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "payload").mkdir()
    (tmp_path / "k1.key").write_text("07" * 32, encoding="ascii")
    with pytest.raises(KeyError):
        keys_in(tmp_path / "payload")[name]


def test_a_shredded_day_cannot_be_opened_nor_have_a_key_again(tmp_path: Path) -> None:
    keys = keys_in(tmp_path)
    record = Sealer(keys).seal(head_of(keys.of_day(DAY)), b"{}")
    keys.shred("d20260901", "for a test")
    with pytest.raises(DayShredded):
        Sealer(keys_in(tmp_path)).open(record)
    with pytest.raises(KeysError, match="was shredded"):
        keys_in(tmp_path).of_day(DAY)
    assert (list(keys), keys.shredded()) == ([], ["d20260901"])
    with pytest.raises(KeyError):
        keys.shred("d20260901", "again")


def test_the_key_encryption_key_is_in_the_folder_or_is_given(tmp_path: Path) -> None:
    inside = create_keys(tmp_path / "inside")
    assert (tmp_path / "inside" / "kek.key").exists()
    assert load_keys(tmp_path / "inside").payload[inside.payload.of_day(DAY)] == inside.payload["d20260901"]
    outside = create_keys(tmp_path / "outside", KEK)
    assert not (tmp_path / "outside" / "kek.key").exists()
    assert load_keys(tmp_path / "outside", KEK).payload[outside.payload.of_day(DAY)] == outside.payload["d20260901"]
    with pytest.raises(KeysError, match=r"kek\.key is missing"):
        load_keys(tmp_path / "outside")


def test_what_is_there_is_not_written_again(tmp_path: Path) -> None:
    assert create_once(tmp_path / "a", "first")
    assert not create_once(tmp_path / "a", "second")
    assert (tmp_path / "a").read_text(encoding="ascii") == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
