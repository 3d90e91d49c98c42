"""`cacah replay`, step by step. Every step may be done again: a replay that was interrupted goes on when it is called
once more, and until the swap the running system does not notice any of it."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Final

from pymongo import MongoClient
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from services.cli.dev.environment import of_services
from services.cli.dev.forks import Forks
from services.cli.dev.plan import STAGE_MODULES, plan_stages
from services.cli.dev.screen import Screen
from services.cli.dev.supervisor import TICK_SECONDS, Supervisor
from services.cli.dev.system import prepare_generation
from services.cli.errors import Failure
from services.cli.reach import reach_kafka, reach_mongo
from services.cli.replay.balanced import counted_from_balances
from services.cli.replay.generation import LIVE, choose_generation
from services.cli.replay.handover import seal, tell_the_rest
from services.cli.replay.progress import Comparison, Progress, behind
from shared.contracts.topics import SUBMISSIONS
from shared.runtime.database import GENERATIONS, live_generation
from shared.runtime.generations import database_of, generation_of, make_live
from shared.runtime.settings import Settings
from shared.streaming.progress.topics import Topics

_NEAR: Final = 2_000
"""Records that the new count may be behind when the old one is sealed: about a second."""
_COMPARING_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """`persons`: partitions of persons of the new generation. `force`: put it in place though its totals differ.
    `near`: records that it may be behind when the old one is sealed."""

    persons: int | None = None
    workers: int = 1
    force: bool = False
    near: int = _NEAR


@dataclass(frozen=True, slots=True)
class Report:
    """`cells`: counters that were compared and found the same, None where the two counts never stood at one place.
    `balanced`: records of shredded days that were counted from the day's opening balance, by key."""

    generation: str
    before: str
    records: int
    cells: int | None
    seconds: float
    balanced: Mapping[str, int]

    def line(self) -> str:
        compared = "not-compared" if self.cells is None else str(self.cells)
        return (
            f"OK generation={self.generation} before={self.before} records={self.records} cells={compared} "
            f"seconds={self.seconds:.1f}"
        )


def run(settings: Settings, wishes: Wishes, console: Console) -> Report:
    """Raises Failure where the totals differ or a worker cannot go on; then the old count stays in place."""
    reach_kafka(settings)
    reach_mongo(settings)
    started = time.monotonic()
    with database_of(settings) as database:
        if live_generation(database) is None:
            raise Failure("nothing was ever counted here", fix="start a system with: cacah dev")
        new, old = choose_generation(database, settings, wishes.persons)
    building = replace(settings, generation=new, pinned=True)
    prepare_generation(building)
    with (
        MongoClient[dict[str, Any]](settings.mongo) as client,
        closing(Topics(settings.kafka, "cacah-replay")) as topics,
    ):
        replayed = Replay(building, old, Progress(client, settings.database), topics, console)
        # If it is live, an earlier replay was interrupted right before its end.
        cells = None if generation_of(building).live else replayed.count(wishes)
        replayed.swap()
        balanced = counted_from_balances(settings)
        for day, records in balanced.items():
            console.print(f"{day} is shredded: {records:,} records were counted from its signed opening balance")
        return Report(new, old, sum(topics.ends(SUBMISSIONS)), cells, time.monotonic() - started, balanced)


class Replay:
    def __init__(self, settings: Settings, old: str, progress: Progress, topics: Topics, console: Console) -> None:
        self._settings = settings
        self._old = old
        self._progress = progress
        self._topics = topics
        self._console = console

    def count(self, wishes: Wishes) -> int | None:
        """Count up to where the old generation ends, and seal that. Returns how many cells were found the same."""
        (self._settings.state / "logs").mkdir(parents=True, exist_ok=True)
        services = plan_stages(
            of_services(self._settings),
            logs=self._settings.state / "logs",
            workers=wishes.workers,
            partitions=self._settings.partitions,
            persons=generation_of(self._settings).persons,
            prefix=f"{self._settings.generation}-",
        )
        with Forks(STAGE_MODULES, folder=self._settings.state, environment=os.environ) as forks:
            supervisor = Supervisor(services, Screen(self._console, name_width=16), launch=forks.launch)
            try:
                supervisor.start()
                # A small log is near its end from the beginning; its workers are not.
                supervisor.wait_until_ready()
                self._say(
                    f"counting {sum(self._ends()):,} records of the submission log as {self._settings.generation}"
                )
                self._wait(supervisor, "counting", self._ends, near=wishes.near)
                cells = self._compare(supervisor, force=wishes.force)
                self._say(f"sealing {self._old}")
                asyncio.run(seal(self._settings, self._old, self._settings.generation))
                # What readers were told is counted stays counted; as far as the log still has it.
                goal = [min(pair) for pair in zip(self._counted(self._old), self._ends(), strict=True)]
                self._wait(supervisor, "the last records", lambda: goal)
                self._wait_for_villages(supervisor)
            finally:
                # They are silent. Those that come after the swap are not.
                supervisor.stop()
        return cells

    def swap(self) -> None:
        new = self._settings.generation
        make_live(self._settings, new)
        told = asyncio.run(tell_the_rest(self._settings, self._old, new))
        with database_of(self._settings) as database:
            database[GENERATIONS].update_one({"_id": new}, {"$set": {"state": LIVE}})
        self._say(f"{new} is live; {told} entries had rejections or conflicts that were not told yet")
        self._say("workers that run without CACAH_GENERATION go over to it by themselves, within seconds")

    def _compare(self, supervisor: Supervisor, *, force: bool) -> int | None:
        """Raises Failure where both have counted the same records and do not say the same."""
        found: Comparison | None = None
        deadline = time.monotonic() + _COMPARING_SECONDS
        while found is None and time.monotonic() < deadline:
            found = self._progress.compare(self._old, self._settings.generation, len(self._ends()))
            supervisor.look()
            time.sleep(TICK_SECONDS)
        if found is None:
            self._say("the two counts never stood at the same place: check the new one with cacah audit")
            return None
        if found.differences and not force:
            listed = "\n  ".join(found.differences)
            raise Failure(
                f"the new count is another one; {self._old} stays in place\n  {listed}",
                fix="cacah audit says which is right; to put the new one in place: cacah replay --force",
            )
        self._say(f"{found.cells:,} counters compared, {len(found.differences) or 'none'} of them differ")
        return found.cells

    def _wait(self, supervisor: Supervisor, words: str, goal: Callable[[], Sequence[int]], *, near: int = 0) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Bar(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task(words)
            while (left := behind(self._counted(self._settings.generation), goal())) > near:
                supervisor.look()
                supervisor.require_hope()
                total = sum(goal())
                bar.update(task, total=total, completed=total - left)
                time.sleep(TICK_SECONDS)

    def _wait_for_villages(self, supervisor: Supervisor) -> None:
        """What is counted now is written of villages and days as well, which takes some seconds."""
        new = self._settings.generation
        goal = self._progress.written(new).newest
        while self._progress.written(new).settled < goal:
            supervisor.look()
            supervisor.require_hope()
            time.sleep(TICK_SECONDS)

    def _ends(self) -> Sequence[int]:
        return self._topics.ends(SUBMISSIONS)

    def _counted(self, generation: str) -> Sequence[int]:
        return self._progress.counted_up_to(generation, len(self._ends()))

    def _say(self, text: str) -> None:
        self._console.print(text, soft_wrap=True)
