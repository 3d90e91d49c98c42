"""An event loop without time or threads, and a scheduler that decides, by its seed, what happens next.

Everything that a worker does to the world is a named step. A step waits until the scheduler lets it happen; between
two steps anything may: a crash, a rebalance, another worker's step.
"""

import asyncio
import contextvars
from asyncio import events
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any


class SimulatedLoop(asyncio.AbstractEventLoop):
    """Runs callbacks in the order in which they became ready. There is no clock and no input: those are steps."""

    def __init__(self) -> None:
        self._ready: deque[asyncio.Handle] = deque()

    # The library types the arguments one by one.
    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: str | None = None, context: Any = None) -> asyncio.Task[Any]:
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def get_debug(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        # A worker that was killed leaves its tasks where they are; that they are never finished is the point.
        del context

    def drain(self) -> None:
        """Run until everybody waits for a step."""
        events._set_running_loop(self)
        try:
            while self._ready:
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            events._set_running_loop(None)


class Killed(BaseException):
    """The process is gone; nothing it tries has any effect."""


@dataclass(eq=False)
class Actor:
    """A process: what dies, sleeps and wakes as one."""

    name: str
    alive: bool = True
    asleep: bool = False
    phase: str = ""
    """Stands before the names of its steps."""


@dataclass(eq=False)
class _Step:
    actor: Actor
    name: str
    future: asyncio.Future[bool]
    ready: Callable[[], bool]
    can_time_out: bool


@dataclass
class Scheduler:
    random: Random
    loop: SimulatedLoop = field(default_factory=SimulatedLoop)
    now: float = 0.0
    taken: int = 0
    crashed_at: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    _waiting: list[_Step] = field(default_factory=list)

    async def step(
        self, actor: Actor, name: str, ready: Callable[[], bool] = lambda: True, *, can_time_out: bool = False
    ) -> bool:
        """Wait until it happens. False where it timed out instead."""
        if not actor.alive:
            raise Killed
        label = f"{actor.name} {actor.phase}{name}"
        self.names.add(label)
        future: asyncio.Future[bool] = self.loop.create_future()
        self._waiting.append(_Step(actor, label, future, ready, can_time_out))
        happened = await future
        if not actor.alive:
            raise Killed
        return happened

    def advance(self) -> bool:
        """Let one thing happen. False where nothing can."""
        self.loop.drain()
        self._waiting = [step for step in self._waiting if not step.future.done()]
        able = [step for step in self._waiting if step.actor.alive and not step.actor.asleep]
        ready = [step for step in able if step.ready()]
        if ready:
            self._let(self.random.choice(ready), happened=True)
            return True
        late = [step for step in able if step.can_time_out]
        if late:
            self.now += 10.0
            self._let(self.random.choice(late), happened=False)
            return True
        return False

    def busy(self) -> bool:
        """Whether anything can happen without somebody's patience running out."""
        self.loop.drain()
        return any(step.ready() for step in self._waiting if step.actor.alive and not step.future.done())

    def waiting(self) -> dict[str, Actor]:
        """Somebody for each kind of step that is about to be taken."""
        self.loop.drain()
        return {step.name: step.actor for step in self._waiting if step.actor.alive and not step.future.done()}

    def kill(self, actor: Actor) -> None:
        """The process is gone, between two of its steps."""
        for step in self._waiting:
            if step.actor is actor:
                self.crashed_at[step.name] += 1
        actor.alive = False
        self._waiting = [step for step in self._waiting if step.actor is not actor]

    def _let(self, step: _Step, *, happened: bool) -> None:
        self._waiting.remove(step)
        self.taken += 1
        if not step.future.done():
            step.future.set_result(happened)
        self.loop.drain()
