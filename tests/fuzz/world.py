"""What a fruitful request needs to know: forms that count, what was accepted, what waits for a decision."""

import json
import urllib.request
from collections import deque
from collections.abc import Iterator
from random import Random
from typing import Any, Final
from uuid import uuid4

from services.cli.generate.plan import Plan, Traits
from services.cli.generate.stream import Population

Json = dict[str, Any]
_KEPT: Final = 300
_WHOLE: Final = Traits(revisions=0, repeats=0, reused_ids=0, broken=0, without_card=0.2, shared_persons=0.2)
_CONFLICTS: Final = "/v1/conflicts?limit=500"
_ASIDE: Final = "/v1/quarantine?limit=500"


class World:
    """
    Args:
        url: of intake.
        key: of a partner who may do everything, for one agency.
        seed: the same seed makes the same forms.
    """

    def __init__(self, url: str, key: str, agency: str, seed: int) -> None:
        self.agency = agency
        self.random = Random(seed)
        self._url = url
        self._key = key
        self._lines = _lines(seed)
        self._accepted: deque[tuple[Json, Json]] = deque(maxlen=_KEPT)
        self._conflicts: list[Json] = []
        self._aside: list[Json] = []

    def form(self) -> Json:
        """A new family's."""
        form: Json = json.loads(next(self._lines))
        return form | {"id": str(uuid4())}

    def sent(self, form: Json, answer: Json) -> None:
        self._accepted.append((form, answer))

    def accepted(self) -> tuple[Json, Json]:
        """A form and its answer; sends one where there is none yet."""
        if not self._accepted:
            form = self.form()
            self.sent(form, self._ask("POST", "/v1/submissions", form))
        return self.random.choice(self._accepted)

    def conflict(self) -> Json:
        """One of those that there are."""
        return self._one_of(_CONFLICTS, "conflicts", self._conflicts)

    def aside(self) -> Json:
        """Something that could not be processed."""
        return self._one_of(_ASIDE, "quarantine", self._aside)

    def _one_of(self, path: str, name: str, waiting: list[Json]) -> Json:
        if not waiting:
            waiting += self._ask("GET", path)[name]
            self.random.shuffle(waiting)
        return waiting.pop()

    def draft(self) -> str:
        """The name of one that was kept."""
        name = self.random.randbytes(16).hex()
        self._send("PUT", f"/v1/drafts/{name}", self.random.randbytes(200), "application/octet-stream")
        return name

    def _ask(self, method: str, path: str, body: Json | None = None) -> Json:
        raw = None if body is None else json.dumps(body).encode()
        read: Json = json.loads(self._send(method, path, raw, "application/json"))
        return read

    def _send(self, method: str, path: str, body: bytes | None, kind: str) -> bytes:
        headers = {"content-type": kind, "authorization": f"Bearer {self._key}"}
        request = urllib.request.Request(self._url + path, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            told: bytes = answer.read()
            return told


def _lines(seed: int) -> Iterator[bytes]:
    return Population(Plan(households=1_000_000, seed=seed, region="35", traits=_WHOLE)).lines()
