"""One who counts, as the harness sees it: processes that read the log and leave totals in MongoDB."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.contracts.topics import TopicSpec
from shared.runtime.settings import Settings

Topics = Callable[[Settings], tuple[TopicSpec, ...]]


@dataclass(frozen=True, slots=True)
class Peer:
    """`modules`: each is run as a process of its own, and is told its settings by its environment.

    `topics`: those between its processes. `collection`: where its totals are, as `{_id: region, counters: {...}}`.
    `after_a_kill`: what is known of its totals after `kill -9` of any of its processes.
    """

    name: str
    title: str
    modules: tuple[str, ...]
    topics: Topics
    collection: str
    after_a_kill: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One who does what the validator does, and no more. `done`: how many records of the log it is through."""

    name: str
    title: str
    modules: tuple[str, ...]
    topics: Topics
    done: Callable[[Settings], int]
    after_a_kill: str
