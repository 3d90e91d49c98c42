"""The jar lock: what it says, and what it catches."""

import hashlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from deploy.engines.errors import EngineError
from deploy.engines.jars import KAFKA_VERSION, Jar, differences, read_lock, verify
from deploy.engines.maven import pom


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("one-1.0.jar", "two-2.0.jar"):
        (tmp_path / name).write_bytes(name.encode() * 100)
    return tmp_path


@pytest.fixture
def lock(folder: Path) -> tuple[Jar, ...]:
    def jar(name: str) -> Jar:
        artifact, version = name.removesuffix(".jar").split("-")
        return Jar(name, hashlib.sha256((folder / name).read_bytes()).hexdigest(), "org.example", artifact, version)

    return jar("one-1.0.jar"), jar("two-2.0.jar")


def test_the_committed_lock_names_each_jar_once_with_its_coordinate() -> None:
    lock = read_lock()
    assert len({jar.file for jar in lock}) == len(lock) > 50
    assert all(jar.file == f"{jar.artifact}-{jar.version}.jar" for jar in lock)


def test_the_committed_lock_has_one_version_of_kafka() -> None:
    versions = {jar.version for jar in read_lock() if jar.group == "org.apache.kafka"}
    assert versions == {KAFKA_VERSION}


@pytest.mark.parametrize(
    "line", ["one.jar", "one.jar abc org:one:1", f"one.jar {'a' * 64} org:one", f"one.jar {'a' * 64} org:one:1 more"]
)
def test_a_line_that_is_not_a_jar_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "jars.lock"
    path.write_text(f"# a comment\n\n{line}\n")
    with pytest.raises(ValueError, match="line 3"):
        read_lock(path)


def test_jars_as_locked_pass(folder: Path, lock: tuple[Jar, ...]) -> None:
    verify(folder, lock)


def test_one_flipped_bit_is_caught(folder: Path, lock: tuple[Jar, ...]) -> None:
    content = bytearray((folder / "two-2.0.jar").read_bytes())
    content[37] ^= 1
    (folder / "two-2.0.jar").write_bytes(content)
    assert differences(folder, lock) == ["two-2.0.jar has another SHA-256 than the lock"]
    with pytest.raises(EngineError, match=r"two-2\.0\.jar") as caught:
        verify(folder, lock)
    assert str(folder) in caught.value.fix


def test_missing_and_extra_jars_are_caught(folder: Path, lock: tuple[Jar, ...]) -> None:
    (folder / "one-1.0.jar").rename(folder / "one-1.1.jar")
    assert differences(folder, lock) == ["one-1.0.jar is missing", "one-1.1.jar is not in the lock"]
    with pytest.raises(EngineError, match="and 1 more"):
        verify(folder, lock)


def test_the_project_for_maven_asks_for_the_locked_jars_and_no_others() -> None:
    lock = read_lock()
    tree = ET.fromstring(pom(lock))
    name = "{http://maven.apache.org/POM/4.0.0}"
    dependencies = tree.findall(f"{name}dependencies/{name}dependency")
    asked = {tuple(part.text for part in entry if part.tag != f"{name}exclusions") for entry in dependencies}
    assert asked == {(jar.group, jar.artifact, jar.version) for jar in lock}
    excluded = [entry.find(f"{name}exclusions/{name}exclusion/{name}artifactId") for entry in dependencies]
    assert all(entry is not None and entry.text == "*" for entry in excluded)
