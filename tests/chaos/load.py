"""What goes on while processes die: forms in bulk and one by one, rosters, decisions. Nothing stops for an outage."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final
from uuid import UUID

import httpx
from cacah_client import Client, RefusedError, UnavailableError

from services.cli.generate.plan import MAX_HOUSEHOLDS, Plan
from services.cli.generate.stream import Population
from shared.contracts.envelope import Kind
from tests.chaos.told import Told

_PATIENCE: Final = 300.0
_CHUNKS_A_SECOND: Final = 3
_BULK: Final = ("35.09", "35.78")
"""Where the families of each sender in bulk live."""
_SINGLE_RATE: Final = 20.0
_ROSTER_SECONDS: Final = 2.0
_DECISION_SECONDS: Final = 3.0
_ROSTER: Final = 40
_AGENCIES: Final = ("00.01-CHAOS", "00.02-CHAOS")
Json = dict[str, Any]


class Load:
    """Threads that send until `stop`.

    Args:
        rate: forms a second in bulk; what an outage held up is sent after it.
        key: of a partner who may do everything.
    """

    def __init__(self, url: str, key: str, *, rate: float, seed: int) -> None:
        self.told = Told()
        self.sent = 0
        """Forms in bulk that were answered."""
        self.problems: list[BaseException] = []
        self._url = url
        self._key = key
        self._rate = rate
        self._seed = seed
        self._end = threading.Event()
        self._flying: set[str] = set()
        self._people: list[str] = []
        senders: list[Callable[[], None]] = [partial(self._in_bulk, region) for region in _BULK]
        senders += [self._one_by_one, self._rosters, self._decisions]
        self._threads = [threading.Thread(target=self._guarded, args=(each,), daemon=True) for each in senders]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Returns when every form that was sent has its answer, or has been given up."""
        self._end.set()
        for thread in self._threads:
            thread.join()

    @property
    def in_flight(self) -> bool:
        """Whether a request of the bulk is on its way, as far as its sender knows."""
        return bool(self._flying)

    def _guarded(self, send: Callable[[], None]) -> None:
        try:
            send()
        except Exception as problem:  # noqa: BLE001  # the run must end with it, not this thread alone
            self.problems.append(problem)

    def _in_bulk(self, region: str) -> None:
        lines: list[bytes] = []
        with Client(self._url, self._key, patience=_PATIENCE) as client:
            chunk = max(1, int(self._rate / len(_BULK) / _CHUNKS_A_SECOND))
            for result in client.submit_lines(self._paced(lines, region), chunk=chunk):
                event = _event(result.id, lines[result.line - 1])
                self.sent += 1
                if result.receipt is not None and event is not None:
                    self.told.accept(event, result.receipt, "bulk")
                elif result.status < 500:
                    self.told.refuse(event, "bulk")
                elif event is not None:
                    self.told.doubt(event, "bulk")
                lines[result.line - 1] = b""

    def _paced(self, lines: list[bytes], region: str) -> Iterator[bytes]:
        started, rate = time.monotonic(), self._rate / len(_BULK)
        plan = Plan(MAX_HOUSEHOLDS, seed=self._seed, region=region)
        for number, line in enumerate(Population(plan).lines()):
            self._flying.discard(region)
            if self._end.wait(max(0.0, started + number / rate - time.monotonic())):
                return
            lines.append(line)
            if number % 50 == 0:
                self._people.extend(_numbers(line))
            self._flying.add(region)
            yield line

    def _one_by_one(self) -> None:
        """By somebody who does not try again: what became of a form whose answer was lost is not known."""
        plan = Plan(MAX_HOUSEHOLDS, seed=self._seed + 1_000_003, region="11.01")
        with Client(self._url, patience=0.0) as client:
            for line in Population(plan).lines():
                if self._end.wait(1 / _SINGLE_RATE):
                    return
                with suppress(ValueError):
                    form = json.loads(line)
                    if isinstance(form, dict):
                        self._one(client, form)

    def _one(self, client: Client, form: Json) -> None:
        event = _event(form.get("id"), b"")
        try:
            accepted = client.submit(form)
        except RefusedError:
            self.told.refuse(event, "single")
        except (UnavailableError, httpx.HTTPError, ValueError):
            self.told.doubt(event or b"", "single")
        else:
            self.told.accept(UUID(accepted.id).bytes, accepted.receipt, "single")

    def _rosters(self) -> None:
        rng = random.Random(self._seed)
        with self._partner() as http:
            while not self._end.wait(_ROSTER_SECONDS):
                if not self._people:
                    continue
                people = rng.choices(self._people, k=_ROSTER)
                entries = [
                    {"nik": each, "kind": rng.choice(["asn", "non_asn"]), "remove": rng.random() < 0.2}
                    for each in people
                ]
                body = "\n".join(json.dumps(each) for each in entries)
                self._order(http, f"/v1/agencies/{rng.choice(_AGENCIES)}/roster", body, Kind.ROSTER)

    def _decisions(self) -> None:
        rng = random.Random(self._seed)
        with self._partner() as http:
            while not self._end.wait(_DECISION_SECONDS):
                with suppress(httpx.HTTPError):
                    answer = http.get("/v1/conflicts", params={"state": "open", "limit": 200})
                    if answer.is_success and (found := answer.json()["conflicts"]):
                        self._decide(http, rng.choice(found), rng)

    def _decide(self, http: httpx.Client, conflict: Json, rng: random.Random) -> None:
        decision: Json = {"action": "dismiss", "reason": "other", "claims_version": conflict["claims_version"]}
        if conflict["kind"] == "person" and rng.random() < 0.7:
            decision |= {"action": "count", "claimant": rng.choice(conflict["claims"])["claimant"]}
        path = f"/v1/conflicts/{conflict['conflict']}/decision"
        self._order(http, path, json.dumps(decision), Kind.DECISION, "application/json")

    def _order(
        self, http: httpx.Client, path: str, body: str, kind: Kind, content_type: str = "application/x-ndjson"
    ) -> None:
        try:
            answer = http.post(path, content=body.encode(), headers={"content-type": content_type})
        except httpx.HTTPError:
            self.told.doubt(b"", kind.name.lower())
            return
        if answer.status_code != 202:
            refused = answer.status_code < 500
            (self.told.refuse if refused else self.told.doubt)(b"", kind.name.lower())
            return
        told = answer.json()
        for filed in told.get("records", [told]):
            self.told.accept(UUID(filed["id"]).bytes, filed["receipt"], kind.name.lower())

    def _partner(self) -> httpx.Client:
        return httpx.Client(base_url=self._url, headers={"authorization": f"Bearer {self._key}"}, timeout=30.0)


def agencies() -> Sequence[str]:
    """Those whose rosters are sent."""
    return _AGENCIES


def _event(told: str | None, line: bytes) -> bytes | None:
    """The sixteen bytes of a submission id, from the answer or from the line."""
    try:
        return UUID(told or json.loads(line)["id"]).bytes
    except (ValueError, KeyError, TypeError):
        return None


def _numbers(line: bytes) -> list[str]:
    with suppress(ValueError, KeyError, TypeError):
        return [each["nik"] for each in json.loads(line)["members"] if each.get("nik")]
    return []
