"""Two roads to the same locked jars: Maven where it is installed, else the downloader of `jgo`.

Neither is left to resolve versions: every jar is asked for by its coordinate in the lock, alone.
"""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from deploy.engines.errors import EngineError
from deploy.engines.jars import Jar
from deploy.engines.process import GuardedProcess
from deploy.engines.progress import Progress

PARALLEL_DOWNLOADS = 8
MAVEN_SECONDS = 600.0
GRACE_SECONDS = 3.0
ATTEMPTS = 3
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"

_POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>cacah</groupId><artifactId>engines</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
{dependencies}
  </dependencies>
</project>
"""
_DEPENDENCY = (
    "    <dependency><groupId>{0.group}</groupId><artifactId>{0.artifact}</artifactId><version>{0.version}</version>"
    "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>"
)


class Download(Protocol):
    """One file to come, as `jgo` has it; `cached_path` is where it will be, whole or in part."""

    @property
    def cached_path(self) -> Path | None: ...

    def resolve(self) -> Path: ...


def download(lock: tuple[Jar, ...], scratch: Path, on_progress: Progress) -> None:
    """Puts the jars of `lock` into `scratch`, unverified. Raises EngineError when no road leads there."""
    maven = shutil.which("mvn")
    if maven:
        on_progress(f"Kafka: fetching {len(lock)} jars with Maven")
        problem = _with_maven(maven, lock, scratch)
        if problem is None:
            return
        on_progress(f"Maven did not succeed ({problem}); fetching without it")
    on_progress(f"Kafka: fetching {len(lock)} jars from Maven Central")
    _with_jgo(lock, scratch)


def pom(lock: tuple[Jar, ...]) -> str:
    """A project that depends on each locked jar and, all transitive ones being excluded, on nothing else."""
    return _POM.format(dependencies="\n".join(_DEPENDENCY.format(jar) for jar in lock))


def _with_maven(maven: str, lock: tuple[Jar, ...], scratch: Path) -> str | None:
    """None when it went well, else what Maven said. Its repository is in the cache too, and removed afterwards."""
    work = scratch / "maven"
    work.mkdir()
    (work / "pom.xml").write_text(pom(lock), encoding="utf-8")
    log = work / "maven.log"
    options = ["-B", "-q", f"-Dmaven.repo.local={work / 'repository'}", f"-DoutputDirectory={scratch}"]
    process = GuardedProcess(
        "Maven", [maven, *options, COPY_GOAL], folder=work, log=log, grace=GRACE_SECONDS, environment=os.environ
    )
    try:
        code = process.wait(MAVEN_SECONDS)
    finally:
        process.stop()
    said = log.read_text(encoding="utf-8", errors="replace").splitlines()
    shutil.rmtree(work)
    if code == 0:
        return None
    return next((line for line in said if "ERROR" in line), f"exit {code}")


def _with_jgo(lock: tuple[Jar, ...], scratch: Path) -> None:
    # Here and not above: it brings much along, for what happens once on a machine.
    from jgo.maven import MavenContext  # noqa: PLC0415

    repository = scratch / "repository"
    context = MavenContext(repo_cache=repository, local_repos=[], timeout=60)

    def fetch(jar: Jar) -> None:
        artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
        _persist(artifact).rename(scratch / jar.file)

    try:
        with ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
            list(pool.map(fetch, lock))
    except (OSError, RuntimeError) as problem:
        raise EngineError(
            f"the jars of Kafka cannot be downloaded ({type(problem).__name__})",
            fix="check the network (HTTPS_PROXY where there is a proxy) and try again, or use `docker compose up`",
        ) from problem
    shutil.rmtree(repository)


def _persist(artifact: Download) -> Path:
    """One dropped connection among a hundred downloads is common; what it left must not pass for the whole."""
    for attempts_left in reversed(range(ATTEMPTS)):
        try:
            return artifact.resolve()
        except (OSError, RuntimeError):  # requests' errors are OSErrors
            if artifact.cached_path:
                artifact.cached_path.unlink(missing_ok=True)
            if not attempts_left:
                raise
    raise AssertionError("unreachable")
