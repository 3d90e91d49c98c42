"""The state folder and the cache: one owner, enough room, never half full."""

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from deploy.engines import folder as folder_module
from deploy.engines.cache import CHECKOUT, cache_folder, filling
from deploy.engines.errors import EngineError
from deploy.engines.folder import StateFolder, check_room, trim_log

Usage = namedtuple("Usage", "total used free")


def test_a_folder_in_use_by_a_living_process_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: pytest.fail("there is nothing to wait for"))
    first = StateFolder(tmp_path)
    first.acquire()
    with pytest.raises(EngineError, match=f"in use by another run \\(process {os.getpid()}\\)") as caught:
        StateFolder(tmp_path).acquire()
    assert "CACAH_STATE" in caught.value.fix
    first.release()


def test_a_released_folder_can_be_acquired_again(tmp_path: Path) -> None:
    for _ in range(2):
        folder = StateFolder(tmp_path)
        folder.acquire()
        folder.release()
        folder.release()


def test_a_refused_start_leaves_the_owner_on_record(tmp_path: Path) -> None:
    first, second = StateFolder(tmp_path), StateFolder(tmp_path)
    first.acquire()
    for _ in range(2):
        with pytest.raises(EngineError, match=str(os.getpid())):
            second.acquire()
    first.release()


def test_a_dead_owner_is_waited_for_then_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "WINDING_DOWN_SECONDS", 0.2)
    first = StateFolder(tmp_path)
    first.acquire()
    (tmp_path / "engines.lock").write_text(f"{_dead_pid()}\n")
    with pytest.raises(EngineError, match="in use"):
        StateFolder(tmp_path).acquire()
    first.release()


def _dead_pid() -> int:
    child = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(child, 0)
    return child


def test_too_little_room_is_told_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 10**12, 200_000_000))
    with pytest.raises(EngineError, match=r"too full: 0\.2 GB left, 1\.0 GB needed") as caught:
        StateFolder(tmp_path).acquire()
    assert "make room" in caught.value.fix
    monkeypatch.undo()
    again = StateFolder(tmp_path)
    again.acquire()  # the refused start kept no lock
    again.release()


def test_a_folder_that_cannot_be_made_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match="cannot be used") as caught:
        StateFolder(tmp_path / "file").acquire()
    assert "CACAH_STATE" in caught.value.fix


def test_room_is_asked_of_the_disk(tmp_path: Path) -> None:
    check_room(tmp_path, 1)
    with pytest.raises(EngineError):
        check_room(tmp_path, 1 << 62)


def test_a_long_log_steps_aside_and_a_short_one_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "LONG_LOG_BYTES", 10)
    short, long = tmp_path / "short.log", tmp_path / "long.log"
    short.write_text("0123456789")
    long.write_text("0123456789.")
    for path in (short, long, tmp_path / "none.log"):
        trim_log(path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["long.old.log", "short.log"]


def test_the_cache_is_in_the_checkout_unless_told_otherwise(tmp_path: Path) -> None:
    assert cache_folder(environment={}) == CHECKOUT / ".cache"
    assert cache_folder(environment={"CACAH_CACHE": str(tmp_path / "named")}) == tmp_path / "named"
    assert cache_folder(tmp_path / "given", {"CACAH_CACHE": "elsewhere"}) == tmp_path / "given"


def test_a_filled_folder_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "jars"
    with filling(target) as scratch:
        assert scratch is not None
        (scratch / "one").write_text("1")
        assert not target.exists()
    assert [path.name for path in target.iterdir()] == ["one"]
    with filling(target) as again:
        assert again is None


def test_a_failed_filling_leaves_nothing_and_may_be_tried_again(tmp_path: Path) -> None:
    target = tmp_path / "jars"

    def fail() -> None:
        with filling(target):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["jars.lock"]


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "jars.abc.part").mkdir()
    with filling(tmp_path / "jars"):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["jars", "jars.lock"]
