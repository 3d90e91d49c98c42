"""The client. One connection is kept and used again; not for several threads at once."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from cacah_client._duplex import Duplex
from cacah_client._errors import RefusedError, UnavailableError
from cacah_client._stream import Stream
from cacah_client._waiting import AGAIN, pause

_CONNECT_SECONDS = 5.0
_SILENCE_SECONDS = 60.0
_BATCH = "/v1/submissions:batch"
_NDJSON = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A form that is in the log for good. `correction_code` is needed to send a newer version of it."""

    id: str
    lineage: str
    receipt: dict[str, Any]
    correction_code: str
    warnings: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of one line, counted from 1 over the whole stream: a receipt where it was accepted, else a problem."""

    line: int
    status: int
    id: str | None
    receipt: dict[str, Any] | None
    problem: dict[str, Any] | None

    @property
    def accepted(self) -> bool:
        return self.receipt is not None


class Client:
    """
    Args:
        base_url: where intake is, `http://127.0.0.1:8000`.
        key: a partner's key.
        patience: seconds over which an attempt is repeated before giving up.
    """

    def __init__(self, base_url: str, key: str | None = None, *, patience: float = 60.0) -> None:
        self._headers = {"accept-language": "en"} | ({"authorization": f"Bearer {key}"} if key else {})
        self._base_url = base_url.rstrip("/")
        timeout = httpx.Timeout(_SILENCE_SECONDS, connect=_CONNECT_SECONDS)
        self._http = httpx.Client(base_url=base_url, headers=self._headers, timeout=timeout)
        self._patience = patience

    def submit(self, form: dict[str, Any]) -> Accepted:
        """Send one form. Raises RefusedError or UnavailableError.

        A form without an id gets one before it is sent, so that a repeat after a lost answer is harmless.
        """
        body = json.dumps(form if form.get("id") else form | {"id": str(uuid4())}).encode()
        response = self._post("/v1/submissions", body, "application/json")
        answer = response.json()
        if response.status_code != 202:
            raise RefusedError(answer)
        return Accepted(
            answer["id"], answer["lineage"], answer["receipt"], answer["correction_code"], answer["warnings"]
        )

    def stream_lines(self, lines: Iterable[bytes], *, window: int = 1000) -> Iterator[LineResult]:
        """Send forms of any number, one per line, in one request, and give their results in order as they come.

        Results are read while lines are written: take them as they are given, for while they are not taken no line is
        sent. A request that is cut off, or a line that was sent away for a while, is followed by another request from
        the first unanswered line on, with the ids that the lines had. The connection is direct: proxies from the
        environment are not used.

        Args:
            window: how many lines may be on their way without an answer.

        Raises UnavailableError after `patience` seconds without an answer, and RefusedError where no batch is taken.
        """

        def connect() -> Duplex:
            headers = {**self._headers, "content-type": _NDJSON}
            return Duplex(self._base_url + _BATCH, headers, connect=_CONNECT_SECONDS, silence=_SILENCE_SECONDS)

        stream = Stream(connect, map(_with_id, lines), window=window, patience=self._patience)
        for number, answer in enumerate(stream.answers(), start=1):
            yield _result(number, answer)

    def submit_lines(self, lines: Iterable[bytes], *, chunk: int = 500) -> Iterator[LineResult]:
        """Send forms, one per line, and give their results in order. Raises UnavailableError.

        Lines go out in requests of at most `chunk`, each written whole and then read: no request is so long that
        client and server could wait for each other. Lines that were sent away for a while are sent again before any
        later line, so that forms keep their order.
        """
        before = 0
        waiting: list[bytes] = []
        for line in lines:
            waiting.append(_with_id(line))
            if len(waiting) == chunk:
                yield from self._chunk(waiting, before)
                before += len(waiting)
                waiting = []
        if waiting:
            yield from self._chunk(waiting, before)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _chunk(self, lines: list[bytes], before: int) -> Iterator[LineResult]:
        deadline = time.monotonic() + self._patience
        done = 0
        while done < len(lines):
            for answer in self._answers(lines[done:]):
                if answer["status"] in AGAIN and time.monotonic() < deadline:
                    break
                done += 1
                yield _result(before + done, answer)
            if done < len(lines):
                if time.monotonic() >= deadline:
                    raise UnavailableError(f"line {before + done + 1} and later were not answered in time")
                pause(None)

    def _answers(self, lines: list[bytes]) -> list[dict[str, Any]]:
        try:
            response = self._post(_BATCH, b"\n".join(lines) + b"\n", _NDJSON)
        except httpx.HTTPError:
            # The answers were cut off on their way; the lines are sent again, with the ids that they had.
            return []
        if response.status_code != 200:
            raise RefusedError(response.json())
        return [json.loads(line) for line in response.content.splitlines()]

    def _post(self, path: str, body: bytes, kind: str) -> httpx.Response:
        deadline = time.monotonic() + self._patience
        while True:
            retry_after: str | None = None
            try:
                response = self._http.post(path, content=body, headers={"content-type": kind})
                if response.status_code not in AGAIN:
                    return response
                retry_after = response.headers.get("retry-after")
            except httpx.TransportError:
                # Nobody there, or gone in the middle: the same bytes with the same ids may be sent again.
                pass
            if time.monotonic() >= deadline:
                raise UnavailableError(f"not accepted in {self._patience:.0f} s; send the same form again")
            pause(retry_after)


def _result(number: int, answer: dict[str, Any]) -> LineResult:
    return LineResult(number, answer["status"], answer.get("id"), answer.get("receipt"), answer.get("problem"))


def _with_id(line: bytes) -> bytes:
    """Leaves a line that is not a JSON object as it is: the server says what is wrong with it."""
    if b'"id"' in line:
        return line
    try:
        form = json.loads(line)
    except ValueError:
        return line
    if not isinstance(form, dict):
        return line
    return json.dumps({"id": str(uuid4()), **form}).encode()
