"""Kafka's classes as Java keeps them once it has read, checked and linked them: a start does not do that again.

An archive (class data sharing, CDS) fits one Java and one set of jars. Java looks at that itself and goes without
where it does not fit; the name of the folder says the same, so that another one is made.
"""

import hashlib
from pathlib import Path

from deploy.engines.jars import KAFKA_VERSION, LOCK_FILE

ARCHIVE = "classes.jsa"
_QUIET = ("-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
"""What does not fit is left, without a word."""


def class_options(cache: Path, java: Path, jars: Path) -> tuple[str, ...]:
    """Options for Java; none where no archive was made."""
    archive = archive_folder(cache, java, jars) / ARCHIVE
    return (f"-XX:SharedArchiveFile={archive}", *_QUIET) if archive.exists() else ()


def archive_folder(cache: Path, java: Path, jars: Path) -> Path:
    """Of the archive for this very Java and these very jars, where they are: Java compares the paths of jars as well."""
    program = java.resolve()
    facts = (program, program.stat().st_size, program.stat().st_mtime_ns, jars, jars.stat().st_mtime_ns)
    text = "\n".join(map(str, facts)).encode() + LOCK_FILE.read_bytes()
    return cache / f"kafka-{KAFKA_VERSION}-classes-{hashlib.sha256(text).hexdigest()[:12]}"
