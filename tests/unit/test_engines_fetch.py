"""How downloads come, by either road, and what happens when they do not."""

from pathlib import Path

import pytest

from deploy.engines import debian, maven
from deploy.engines.errors import EngineError
from deploy.engines.fetch import check_platform
from deploy.engines.jars import Jar
from deploy.engines.progress import silent

LOCK = (Jar("one-1.0.jar", "0" * 64, "org.example", "one", "1.0"),)
PRETEND_MAVEN = """\
#!/bin/sh
for word; do case "$word" in -DoutputDirectory=*) target="${word#*=}";; esac; done
grep -q '<artifactId>one</artifactId>' pom.xml && echo jar > "$target/one-1.0.jar"
"""
BROKEN_MAVEN = "#!/bin/sh\necho '[ERROR] the mirror is closed'\nexit 1\n"


def install(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The jars that were asked of the road without Maven."""
    asked: list[str] = []
    monkeypatch.setattr(maven, "_with_jgo", lambda lock, _scratch: asked.extend(jar.file for jar in lock))
    return asked


def test_maven_is_used_where_it_is(
    tmp_path: Path, scratch: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "bin", "mvn", PRETEND_MAVEN)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    maven.download(LOCK, scratch, silent)
    assert [path.name for path in scratch.iterdir()] == ["one-1.0.jar"]
    assert asked == []


def test_without_maven_the_other_road_is_taken(
    scratch: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    maven.download(LOCK, scratch, silent)
    assert asked == ["one-1.0.jar"]


def test_a_maven_that_fails_is_reported_and_the_other_road_taken(
    tmp_path: Path, scratch: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "bin", "mvn", BROKEN_MAVEN)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    said: list[str] = []
    maven.download(LOCK, scratch, said.append)
    assert any("the mirror is closed" in step for step in said)
    assert asked == ["one-1.0.jar"]


class FlakyArtifact:
    """Drops the connection in the middle of the file a number of times."""

    def __init__(self, path: Path, failures: int) -> None:
        self.cached_path = path
        self.failures = failures

    def resolve(self) -> Path:
        assert not self.cached_path.exists(), "half a file would pass for the whole"
        self.cached_path.write_text("half")
        if self.failures:
            self.failures -= 1
            raise ConnectionError
        return self.cached_path


def test_a_dropped_connection_is_tried_again_from_the_start(tmp_path: Path) -> None:
    artifact = FlakyArtifact(tmp_path / "one.jar", maven.ATTEMPTS - 1)
    assert maven._persist(artifact) == tmp_path / "one.jar"


def test_a_connection_that_stays_away_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        maven._persist(FlakyArtifact(tmp_path / "one.jar", maven.ATTEMPTS))


def test_no_network_is_said_in_one_line(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_artifact: object) -> Path:
        raise ConnectionError

    monkeypatch.setattr(maven, "_persist", unreachable)
    with pytest.raises(EngineError, match="cannot be downloaded") as caught:
        maven._with_jgo(LOCK, scratch)
    assert "check the network" in caught.value.fix


@pytest.mark.parametrize(("system", "machine"), [("win32", "AMD64"), ("linux", "riscv64"), ("sunos5", "x86_64")])
def test_a_platform_without_engines_is_sent_to_compose(system: str, machine: str) -> None:
    with pytest.raises(EngineError, match=f"{system} on {machine}") as caught:
        check_platform(system, machine)
    assert "docker compose up" in caught.value.fix


@pytest.mark.parametrize(("system", "machine"), [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64")])
def test_the_platforms_of_the_wheels_are_supported(system: str, machine: str) -> None:
    check_platform(system, machine)


class PretendDebian:
    """The package tools of a machine with libcurl4 in its lists; `lists` False: they must be fetched first."""

    def __init__(self, *, lists: bool, renamed: bool = False) -> None:
        self.lists = lists
        self.curl = "libcurl4t64" if renamed else "libcurl4"
        self.downloaded: list[str] = []

    def run(self, command: list[str], work: Path) -> bool:
        match command:
            case ["apt-get", *_, "update"]:
                self.lists = True
            case ["apt-get", *rest] if "download" in rest:
                if not self.lists:
                    return False
                self.downloaded = rest[rest.index("download") + 1 :]
                for name in self.downloaded:
                    (work / f"{name}.deb").write_text(name)
            case ["dpkg", "-x", package, root]:
                folder = Path(root) / "usr/lib/machine"
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{Path(package).stem}.so.4.8").write_text("library")
                (folder / f"{Path(package).stem}.so.4").symlink_to(f"{Path(package).stem}.so.4.8")
        return True

    def output(self, command: list[str], work: Path) -> list[str]:
        match command:
            case ["apt-cache", *rest] if "show" in rest:
                return ["Package"] if rest[-1] == self.curl and self.lists else []
            case ["apt-cache", *rest] if "depends" in rest:
                return [self.curl, "  Depends: libc6", "libc6", "libnghttp2-14", "libz1", "<libvirtual>"]
            case ["dpkg-query", *rest]:
                return ["installed"] if rest[-1] == "libz1" else []
        return []


@pytest.mark.parametrize(("lists", "renamed"), [(True, False), (False, False), (True, True)])
def test_libraries_are_unpacked_with_what_they_need_and_never_the_c_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, lists: bool, renamed: bool
) -> None:
    machine = PretendDebian(lists=lists, renamed=renamed)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(debian, "_run", machine.run)
    monkeypatch.setattr(debian, "_output", machine.output)
    debian.unpack_libraries(["libcurl4"], tmp_path / "libraries")
    assert machine.downloaded == [machine.curl, "libnghttp2-14"]
    unpacked = {path.name: path for path in (tmp_path / "libraries").iterdir()}
    assert f"{machine.curl}.so.4" in unpacked
    assert not any(path.is_symlink() for path in unpacked.values())


def test_packages_that_cannot_be_downloaded_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(debian, "_run", lambda _command, _work: False)
    monkeypatch.setattr(debian, "_output", lambda _command, _work: [])
    with pytest.raises(EngineError, match="cannot be downloaded") as caught:
        debian.unpack_libraries(["libcurl4"], tmp_path / "libraries")
    assert caught.value.fix.endswith("apt-get install libcurl4")
    assert not (tmp_path / "libraries").exists()
