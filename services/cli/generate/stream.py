"""The stream of lines: stories told side by side, so that what belongs together arrives far apart."""

import random
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from typing import Final

import msgspec

from services.cli.generate.anomalies import Anomalies
from services.cli.generate.broken import broken_line
from services.cli.generate.families import Families
from services.cli.generate.plan import Plan
from services.cli.generate.seeds import Quota, seeded
from services.cli.generate.stories import Stories, Story
from shared.domain.regions import Catalogue, catalogue

_AT_ONCE: Final = 0.3
"""Share of the later lines that come within a few lines, as when a client tries again."""

Observer = Callable[[Story], None]


class Population:
    """A plan's families and the lines that they send: NDJSON lines without their line feeds.

    Memory does not grow with the number of families: only the lines that wait for their turn are kept.

    Raises:
        UnknownRegionError: there is no region such as the plan's.
    """

    def __init__(self, plan: Plan, regions: Catalogue | None = None) -> None:
        self._plan = plan
        self.families = Families(plan, regions or catalogue())
        self.told = 0
        """Families whose story has begun; grows while lines are taken, as does the next."""
        self.deliberate = 0
        """Lines that no system may count: broken ones, and other answers under an id that was used."""

    def lines(self, *observers: Observer) -> Iterator[bytes]:
        """Every line, once. `observers` hear each story before its first line."""
        plan = self._plan
        rng = seeded("stream", plan.seed)
        stories = Stories(
            self.families,
            plan.traits,
            seeded("stories", plan.seed),
            Anomalies(plan.traits.anomalies, seeded("anomalies", plan.seed), plan.census_day).plant,
        )
        broken = Quota(plan.traits.broken, rng)
        queue = _Queue(rng, plan.traits.latest)
        while self.told < plan.households:
            number = self.told
            story = stories.next(alone=plan.households - number == 1)
            for observer in observers:
                observer(story)
            self.told += story.families
            self.deliberate += story.refused
            yield from queue.due(story)
            if broken.falls_on(number):
                self.deliberate += 1
                yield broken_line(story.sent[0], rng)
        yield from queue.rest()


class _Queue:
    """Lines that wait. Those of one story leave in their order, each at least one line after the one before."""

    def __init__(self, rng: random.Random, latest: int) -> None:
        self._rng = rng
        self._latest = max(1, latest)
        self._waiting: list[tuple[int, int, bytes]] = []
        self._number = 0
        self._at = 0
        self._encode = msgspec.json.Encoder().encode

    def due(self, story: Story) -> Iterator[bytes]:
        """The story's first line, and whatever is due beside it."""
        yield self._encode(story.sent[0])
        self._at += 1
        when = self._at
        for form in story.sent[1:]:
            when += self._wait()
            self._number += 1
            heappush(self._waiting, (when, self._number, self._encode(form)))
        while self._waiting and self._waiting[0][0] <= self._at:
            yield heappop(self._waiting)[2]

    def rest(self) -> Iterator[bytes]:
        while self._waiting:
            yield heappop(self._waiting)[2]

    def _wait(self) -> int:
        return self._rng.randint(1, 3 if self._rng.random() < _AT_ONCE else self._latest)
