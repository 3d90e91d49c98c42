"""Kafka's classes, written down for quick starts: for one Java and one set of jars, and never needed."""

import os
from pathlib import Path

import pytest

from deploy.engines import archiving
from deploy.engines.archiving import make_archive
from deploy.engines.classes import ARCHIVE, class_options
from deploy.engines.errors import EngineError

DUMPING = """#!/bin/sh
for word; do case "$word" in -XX:SharedArchiveFile=*) echo classes > "${word#*=}";; esac; done
"""
BROKEN = "#!/bin/sh\nexit 1\n"


@pytest.fixture
def jars(tmp_path: Path) -> Path:
    (tmp_path / "jars").mkdir()
    return tmp_path / "jars"


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The lists of classes that were asked for."""
    asked: list[Path] = []
    monkeypatch.setattr(archiving, "_list_classes", lambda _java, _jars, target: asked.append(target))
    return asked


def java(folder: Path, script: str) -> Path:
    program = folder / "java"
    program.write_text(script)
    program.chmod(0o755)
    return program


def test_an_archive_is_made_once_and_used_from_then_on(tmp_path: Path, jars: Path, listed: list[Path]) -> None:
    program, told = java(tmp_path, DUMPING), list[str]()
    assert class_options(tmp_path, program, jars) == ()
    make_archive(tmp_path, program, jars, told.append)
    make_archive(tmp_path, program, jars, told.append)
    assert (len(listed), len(told)) == (1, 1)
    archive = Path(class_options(tmp_path, program, jars)[0].partition("=")[2])
    assert archive.name == ARCHIVE
    assert archive.read_text() == "classes\n"


def test_another_java_and_other_jars_have_another_archive(tmp_path: Path, jars: Path, listed: list[Path]) -> None:
    program = java(tmp_path, DUMPING)
    make_archive(tmp_path, program, jars, list[str]().append)
    os.utime(jars, (1, 1))
    assert class_options(tmp_path, program, jars) == ()
    make_archive(tmp_path, program, jars, list[str]().append)
    assert class_options(tmp_path, program, jars) != ()
    program.write_text(DUMPING + "# a newer one\n")
    assert class_options(tmp_path, program, jars) == ()


@pytest.mark.usefixtures("listed")
def test_a_java_that_makes_none_is_told_of_and_not_asked_again(tmp_path: Path, jars: Path) -> None:
    program, told = java(tmp_path, BROKEN), list[str]()
    for _ in range(2):
        make_archive(tmp_path, program, jars, told.append)
    assert "could not be written down" in told[-1]
    assert len(told) == 2
    assert class_options(tmp_path, program, jars) == ()


def test_a_broker_that_does_not_start_costs_only_the_archive(
    tmp_path: Path, jars: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise EngineError("Kafka ended while it was starting", fix="see its log")

    monkeypatch.setattr(archiving, "_list_classes", fail)
    program, told = java(tmp_path, DUMPING), list[str]()
    make_archive(tmp_path, program, jars, told.append)
    assert "Kafka ended while it was starting" in told[-1]
    assert class_options(tmp_path, program, jars) == ()
