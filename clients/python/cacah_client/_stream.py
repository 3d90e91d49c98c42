"""Lines of any number in one request, and again from the first unanswered one where the request does not come through."""

import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cacah_client._duplex import CutOffError, Duplex, StatusError
from cacah_client._errors import RefusedError, UnavailableError
from cacah_client._waiting import AGAIN, pause

_LOOK_EVERY = 64
"""Lines, between two looks at what has been answered; fewer where they are slow to come."""

_LOOK_SECONDS = 0.02

Answer = dict[str, Any]


class Stream:
    """
    Args:
        connect: opens a request.
        lines: each with its id, so that sending one again does no harm.
        window: how many lines may be on their way unanswered; the server stops reading at 1,000.
        patience: seconds without an answer after which to give up.
    """

    def __init__(self, connect: Callable[[], Duplex], lines: Iterable[bytes], *, window: int, patience: float) -> None:
        self._connect = connect
        self._lines = iter(lines)
        self._window = window
        self._patience = patience
        self._flying: deque[bytes] = deque()
        self._exhausted = False
        self._deadline = 0.0

    def answers(self) -> Iterator[Answer]:
        """One a line, in order. Raises UnavailableError, RefusedError."""
        self._deadline = time.monotonic() + self._patience
        while not (self._exhausted and not self._flying):
            retry_after: str | None = None
            try:
                with self._connect() as request:
                    yield from self._exchange(request)
            except CutOffError:
                pass
            except StatusError as refused:
                if refused.status not in AGAIN:
                    raise RefusedError(_problem(refused)) from None
                retry_after = refused.retry_after
            except _Later as later:
                retry_after = later.retry_after
            else:
                return
            if time.monotonic() >= self._deadline:
                raise UnavailableError(f"nothing was accepted for {self._patience:.0f} s; send the rest again")
            pause(retry_after)

    def _exchange(self, request: Duplex) -> Iterator[Answer]:
        for line in self._flying:
            request.send(line)
        while True:
            self._send_more(request)
            if not self._flying:
                if self._exhausted:
                    request.finish()
                    request.answers(wait=False)
                    return
                continue
            for answer in request.answers(wait=self._exhausted or len(self._flying) >= self._window or request.clogged):
                if answer["status"] in AGAIN:
                    raise _Later((answer.get("problem") or {}).get("retry_after"))
                self._flying.popleft()
                self._deadline = time.monotonic() + self._patience
                yield answer

    def _send_more(self, request: Duplex) -> None:
        look_at = time.monotonic() + _LOOK_SECONDS
        for _ in range(_LOOK_EVERY):
            if self._exhausted or len(self._flying) >= self._window or request.clogged or time.monotonic() > look_at:
                break
            line = next(self._lines, None)
            if line is None:
                self._exhausted = True
            else:
                self._flying.append(line)
                request.send(line)
        if self._exhausted:
            request.finish()


class _Later(Exception):
    """A line was sent away for a while. What was sent after it is sent again too: forms keep their order."""

    def __init__(self, retry_after: object) -> None:
        super().__init__()
        self.retry_after = None if retry_after is None else str(retry_after)


def _problem(refused: StatusError) -> Answer:
    try:
        found = json.loads(refused.body)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"status": refused.status, "title": f"status {refused.status}"}
