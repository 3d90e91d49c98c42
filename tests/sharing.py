"""What tests of one group share, and what ends with the last of them: an idle system still takes a quarter of a core."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

import pytest

Thing = TypeVar("Thing")


class Shared:
    """Opened when somebody first asks; opened anew by whoever asks after the end."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._things: dict[str, Any] = {}

    def get(self, name: str, opened: Callable[[], AbstractContextManager[Thing]]) -> Thing:
        if name not in self._things:
            self._things[name] = self._stack.enter_context(opened())
        thing: Thing = self._things[name]
        return thing

    def end(self) -> None:
        self._things.clear()
        self._stack.close()


SHARED = pytest.StashKey[Shared]()


def shared(config: pytest.Config) -> Shared:
    return config.stash.setdefault(SHARED, Shared())
