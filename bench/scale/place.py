"""Where a run keeps everything, so that it can be stopped anywhere and go on later."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from bench.contest import Ring, prepare
from bench.corpus import Corpus, Lot, Totals
from bench.log import forget_groups, make_topics
from bench.peers.cacah import PEER
from bench.ring import ring
from shared.runtime.database import prepare_database
from shared.runtime.keys import create_keys
from shared.runtime.settings import Settings
from shared.streaming.groups import group_id, stage_inputs

PARTITIONS = 4
"""As `cacah dev` has."""


class OtherRun(Exception):
    """The folder is another run's."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`partitions`: of the log and of persons. `forms`: on the log, in whole pieces. `seconds`: that filling the log has
    taken, and counting it."""

    households: int
    partitions: int = PARTITIONS
    forms: int = 0
    filled: bool = False
    filling_seconds: float = 0.0
    counting_seconds: float = 0.0


class Place:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._progress = folder / "progress.json"
        self._expected = folder / "expected.json"
        self.samples = folder / "samples.jsonl"

    def begin(self, households: int, partitions: int = PARTITIONS) -> Progress:
        """Where the run stands. Raises OtherRun where the folder's is another."""
        self.folder.mkdir(parents=True, exist_ok=True)
        create_keys(self.folder / "keys")
        if not self._progress.exists():
            return Progress(households, partitions)
        found = Progress(**json.loads(self._progress.read_text(encoding="ascii")))
        if (found.households, found.partitions) != (households, partitions):
            its = f"{found.households:,} households in {found.partitions} partitions"
            raise OtherRun(f"{self.folder} holds a run of {its}: go on with it, or delete it")
        return found

    def start_again(self, settings: Settings, progress: Progress) -> Progress:
        """The same log, to be counted from its beginning: all that was made of it is deleted."""
        with MongoClient[dict[str, Any]](settings.mongo) as client:
            client.drop_database(settings.database)
        shutil.rmtree(settings.state, ignore_errors=True)
        settings.state.mkdir()
        self.samples.unlink(missing_ok=True)
        prepare_database(settings.mongo, settings.database, settings.generation)
        forget_groups(
            settings.kafka, [group_id(stage, settings.generation) for stage in stage_inputs(settings.generation)]
        )
        make_topics(settings.kafka, PEER.topics(settings))
        fresh = replace(progress, counting_seconds=0.0)
        self.note(fresh)
        return fresh

    def note(self, progress: Progress) -> None:
        _write(self._progress, asdict(progress))

    def expect(self, totals: Totals) -> None:
        _write(self._expected, totals)

    def expected(self) -> Totals:
        totals: Totals = json.loads(self._expected.read_text(encoding="ascii"))
        return totals

    @contextmanager
    def engines(self, partitions: int) -> Iterator[tuple[Ring, Settings]]:
        """The run's own, with topics and database."""
        with ring(self.folder) as started:
            here = replace(started, settings=replace(started.settings, partitions=partitions))
            yield here, self._settings(here)

    def _settings(self, here: Ring) -> Settings:
        if self._progress.exists():
            name = f"bench_1_{PEER.name}"
            return replace(here.settings, database=name, state=self.folder / name, generation="g1")
        return prepare(here, PEER, 1, Corpus(Lot((), {}), Lot((), {})))


def _write(file: Path, content: Mapping[str, object]) -> None:
    """Whole or not at all."""
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(content), encoding="ascii")
    fresh.replace(file)
