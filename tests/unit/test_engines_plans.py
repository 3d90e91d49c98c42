"""What the engines are told: settings of Kafka, arguments of mongod, libraries for its loader."""

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from deploy.engines import debian, mongod_wheel
from deploy.engines.errors import EngineError
from deploy.engines.folder import StateFolder
from deploy.engines.kafka import KafkaPlan, server_properties
from deploy.engines.mongo import MongoPlan, arguments
from deploy.engines.mongod_wheel import find_libraries, find_mongod, parse_ldd
from deploy.engines.progress import silent
from shared.contracts.topics import MAX_BLOCK_BYTES, topic_specs

LDD = """\
\tlinux-vdso.so.1 (0x00007fe53f3d1000)
\tlibcurl.so.4 => not found
\tliblzma.so.5 => /lib/x86_64-linux-gnu/liblzma.so.5 (0x00007fe53f2e2000)
\tlibssl.so.3 => not found
\tlibcurl.so.4 => not found
"""


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    plan = KafkaPlan(Path("java"), Path("jars"), StateFolder(tmp_path), 20001, 20002, fast_start=False)
    text = server_properties(plan, tmp_path / "kafka")
    return dict(line.split("=", 1) for line in text.splitlines())


def test_kafka_listens_on_loopback_only(settings: dict[str, str]) -> None:
    assert settings["listeners"] == "PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002"
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:20002"


def test_kafka_creates_no_topics_by_itself_and_keeps_one_copy(settings: dict[str, str]) -> None:
    assert settings["auto.create.topics.enable"] == "false"
    copies = {name: value for name, value in settings.items() if name.endswith(("replication.factor", "min.isr"))}
    assert {"offsets.topic.replication.factor", "transaction.state.log.min.isr"} <= copies.keys()
    assert set(copies.values()) == {"1"}


def test_kafka_takes_the_largest_block(settings: dict[str, str]) -> None:
    largest = max(spec.max_message_bytes for spec in topic_specs(4, "g1"))
    assert MAX_BLOCK_BYTES <= largest <= int(settings["message.max.bytes"]) <= int(settings["replica.fetch.max.bytes"])


def test_mongod_is_a_replica_set_on_loopback_with_a_bounded_cache(tmp_path: Path) -> None:
    plan = MongoPlan(Path("mongod"), None, StateFolder(tmp_path), 20003, fast_start=False)
    given = arguments(plan)
    pairs = dict(pairwise(given))
    assert (pairs["--bind_ip"], pairs["--port"], pairs["--replSet"]) == ("127.0.0.1", "20003", "cacah")
    assert pairs["--wiredTigerCacheSizeGB"] == "0.7"
    assert "0.25" in arguments(replace(plan, fast_start=True))
    assert plan.uri == "mongodb://127.0.0.1:20003/?replicaSet=cacah"


def test_missing_libraries_are_read_once_each() -> None:
    assert parse_ldd(LDD) == ["libcurl.so.4", "libssl.so.3"]
    assert parse_ldd("") == []


def test_nothing_is_unpacked_where_nothing_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod_wheel, "missing_libraries", lambda _program, _extra: [])
    assert find_libraries(Path("mongod"), tmp_path, silent) is None


def test_libraries_that_cannot_be_had_are_named_by_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod_wheel, "missing_libraries", lambda _program, _extra: ["libcurl.so.4", "libssl.so.3"])
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(EngineError, match="system libraries") as caught:
        find_libraries(Path("mongod"), tmp_path, silent)
    assert caught.value.fix.endswith("apt-get install libcurl4 libssl3")


def test_libraries_still_missing_after_unpacking_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod_wheel, "missing_libraries", lambda _program, _extra: ["libodd.so.9"])
    monkeypatch.setattr(debian, "unpack_libraries", lambda _packages, folder: folder.mkdir())
    with pytest.raises(EngineError, match=r"libodd\.so\.9"):
        find_libraries(Path("mongod"), tmp_path, silent)


def test_a_machine_without_the_wheel_is_sent_to_the_other_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod_wheel, "WHEELS", ("no-such-wheel",))
    with pytest.raises(EngineError, match="no mongod") as caught:
        find_mongod(tmp_path)
    assert "docker compose up" in caught.value.fix
    assert "CACAH_MONGO" in caught.value.fix


def test_a_mongod_without_the_run_bit_gets_it(tmp_path: Path) -> None:
    program = tmp_path / "mongod"
    program.write_text("")
    program.chmod(0o644)
    assert mongod_wheel._executable(program, tmp_path) == program
    assert program.stat().st_mode & stat.S_IXUSR


def test_in_a_read_only_environment_a_copy_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "mongod"
    program.write_text("the program")
    program.chmod(0o444)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "chmod", _refusing(program))
        copy = mongod_wheel._executable(program, tmp_path / "cache")
    assert copy == tmp_path / "cache/mongod/mongod"
    assert copy.read_text() == "the program"
    assert os.access(copy, os.X_OK)


def _refusing(program: Path) -> Callable[[Path, int], None]:
    real = Path.chmod

    def chmod(path: Path, mode: int) -> None:
        if path == program:
            raise PermissionError
        real(path, mode)

    return chmod
