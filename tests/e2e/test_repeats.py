"""One form a hundred times over two intakes, and again after a restart: one count, every receipt valid, one status."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.contracts.receipt import ReceiptVerifier, read_key_set
from tests.e2e.conftest import START_SECONDS, Cacah, wait_for
from tests.families import family

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]

Json = dict[str, Any]


class SecondIntake:
    """An intake of one worker beside that of the system, on the same log, which can be started again."""

    def __init__(self, cacah: Cacah) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{port}"
        self._environment = {
            **os.environ,
            **cacah.running.settings,
            "CACAH_INTAKE_PORT": port,
            "CACAH_INTAKE_WORKERS": "1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "services.intake"]
        self._process = subprocess.Popen(command, env=self._environment, stderr=subprocess.DEVNULL)
        wait_for(self._ready, START_SECONDS)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
            self._process = None

    def _ready(self) -> bool | None:
        try:
            return httpx.get(f"{self.url}/readyz").is_success or None
        except httpx.TransportError:
            return None


@pytest.fixture(scope="module")
def second(cacah: Cacah) -> Iterator[SecondIntake]:
    intake = SecondIntake(cacah)
    intake.start()
    try:
        yield intake
    finally:
        intake.stop()


def one_person(number: int) -> Json:
    form = family({"/members/1": None, "/members/2": None, "/card": f"350912120115{number}"})
    form["members"][0] |= {"nik": f"350912010280{number}", "marital_status": 1}
    return form | {"id": str(uuid4())}


def post_all(urls: Sequence[str], form: Json, times: int) -> list[Json]:
    async def post() -> list[Json]:
        async with httpx.AsyncClient(timeout=60) as client:
            sending = (client.post(f"{urls[number % len(urls)]}/v1/submissions", json=form) for number in range(times))
            return [accepted(reply) for reply in await asyncio.gather(*sending)]

    return asyncio.run(post())


def accepted(reply: httpx.Response) -> Json:
    assert reply.status_code == 202, reply.text
    answer: Json = reply.json()
    return answer


def status_of(url: str, answer: Json) -> Json:
    headers = {"authorization": f"Bearer {answer['receipt']['code']}"}
    reply = httpx.get(f"{url}/v1/submissions/{answer['id']}", headers=headers, timeout=30)
    assert reply.status_code == 200, reply.text
    said: Json = reply.json()
    return said


def test_a_hundred_posts_of_one_form_are_one_count_one_status_and_valid_receipts(
    cacah: Cacah, second: SecondIntake
) -> None:
    urls = (cacah.running.urls["intake"], second.url)
    before = cacah.wait_until_counted()["people"]
    form = one_person(8101)
    answers = post_all(urls, form, 100)
    second.stop()
    second.start()
    answers += post_all(urls, form, 10)
    # Each process appended it once and remembered it from then on: the second intake, the same after its restart, and
    # those workers of the system's intake to which a connection led.
    fresh = [answer for answer in answers if "replayed" not in answer]
    places = {(answer["receipt"]["partition"], answer["receipt"]["offset"]) for answer in answers}
    assert len(fresh) == len(places) >= 3
    verifier = ReceiptVerifier(read_key_set(httpx.get(f"{urls[0]}/.well-known/jwks.json").content))
    for answer in answers:
        said = verifier.verify(answer["receipt"]["token"]).statement
        assert (said.partition, said.offset) in places
        assert said.content_hash.hex() == answer["receipt"]["content_hash"]
    assert len({answer["receipt"]["content_hash"] for answer in answers}) == 1
    assert len({answer["correction_code"] for answer in answers}) == 1
    assert cacah.wait_until_counted()["people"] == before + 1
    told = {
        (said["status"], said["revision"]) for url in urls for answer in fresh for said in (status_of(url, answer),)
    }
    assert told == {("counted", 0)}


def test_other_answers_under_a_forgotten_id_are_refused_downstream_and_shown(
    cacah: Cacah, second: SecondIntake
) -> None:
    url = cacah.running.urls["intake"]
    form = one_person(8102)
    first = accepted(httpx.post(f"{second.url}/v1/submissions", json=form))
    other = form | {"housing": form["housing"] | {"water": 1}}
    assert httpx.post(f"{second.url}/v1/submissions", json=other).status_code == 409
    forgotten = accepted(httpx.post(f"{url}/v1/submissions", json=other))
    said = wait_for(lambda: found if (found := status_of(url, forgotten))["status"] == "needs_correction" else None)
    assert [each["code"] for each in said["problems"]] == ["id-reused"]
    wait_for(lambda: status_of(url, first)["status"] == "counted" or None)
