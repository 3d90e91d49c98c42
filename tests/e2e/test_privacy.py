"""A running system leaves no card number and no name anywhere, and the search for them would find one."""

import base64
import json
import random
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient
from pymongo import MongoClient

from shared.ledger.entry import GENESIS_CHAIN
from shared.ledger.ports import Position
from shared.ledger.rocks import RocksStore
from tests.e2e.conftest import Cacah
from tests.families import family
from tests.privacy.places import PLACES
from tests.privacy.secrets import Search, forms_of

pytestmark = [pytest.mark.engines, pytest.mark.timeout(300)]

FAMILIES = 12
BROKEN = 4
PLANTED = "0087123456780199"


@dataclass(frozen=True, slots=True)
class Sent:
    """What went in, by label, and all that was answered."""

    secrets: dict[str, str]
    answers: list[bytes]


def form(number: int) -> tuple[dict[str, Any], dict[str, str]]:
    """A family whose numbers and names stand nowhere else; every third one has a mistake in it."""
    chance = random.Random(f"privacy:{number}")
    serial = f"{7000 + number:04d}"
    card = f"3509120203{chance.randint(10, 15)}{serial}"
    changed: dict[str, Any] = {"/card": card, "/address/street": f"Gang Sunyi Xq{serial}"}
    secrets = {f"card {number}": card, f"street {number}": f"Gang Sunyi Xq{serial}"}
    for member, digits in enumerate(("350912010280", "350912440383", "350912500517")):
        changed[f"/members/{member}/nik"] = secrets[f"nik {number}.{member}"] = digits + serial
        changed[f"/members/{member}/name"] = secrets[f"name {number}.{member}"] = f"Wxyz{member} Qadhim{serial}"
    if number % 3 == 2:
        # As people do: the number where the village belongs, and a letter in it.
        changed["/address/village"] = card
        changed["/members/1/nik"] = secrets[f"nik {number}.1"][:-1] + "O"
    return family(changed), secrets


def post(url: str, body: bytes, kind: str, key: str = "") -> bytes:
    headers = {"content-type": kind} | ({"authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read()) + str(answer.headers).encode()
    except urllib.error.HTTPError as problem:
        return bytes(problem.read()) + str(problem.headers).encode()


@pytest.fixture(scope="module")
def sent(cacah: Cacah) -> Sent:
    secrets: dict[str, str] = {}
    lines: list[bytes] = []
    intake = cacah.running.urls["intake"]
    answers: list[bytes] = []
    for number in range(FAMILIES):
        made, its = form(number)
        secrets |= its
        body = json.dumps(made).encode()
        if number % 2:
            lines.append(body)
        else:
            answers.append(post(f"{intake}/v1/submissions", body, "application/json"))
            answers.append(post(f"{intake}/v1/submissions?dry_run=true", body[: len(body) // 2], "application/json"))
    answers.append(post(f"{intake}/v1/submissions:batch", b"\n".join(lines), "application/x-ndjson"))
    added = cacah.run("partners", "add", "dinas-sunyi", "--scope", "roster", "--agency", "DINAS-SUNYI", "--json")
    key = json.loads(added.stdout)["key"]
    roster = b"\n".join(
        json.dumps({"nik": nik, "kind": "asn"}).encode() for label, nik in secrets.items() if label.startswith("nik")
    )
    answers.append(
        post(f"{intake}/v1/agencies/DINAS-SUNYI/roster", roster + b'\n{"nik": 5}', "application/x-ndjson", key)
    )
    assert b'"accepted"' in b"".join(answers)
    cacah.wait_until_counted()
    return Sent(secrets, answers)


@pytest.mark.parametrize("place", PLACES)
def test_no_number_and_no_name_is_anywhere(cacah: Cacah, sent: Sent, place: str) -> None:
    assert Search(sent.secrets).find(PLACES[place](cacah)) == set()


def test_no_answer_repeats_what_was_sent(sent: Sent) -> None:
    assert Search(sent.secrets).find(sent.answers) == set()


@pytest.fixture(scope="module")
def planted(cacah: Cacah) -> Iterator[str]:
    """A number that lies in every place where something is kept."""
    topic, log = "sensus.planted.v1", cacah.state / "logs" / "planted.log"
    store = cacah.state / "store" / "planted" / "0"
    log.write_text(f"accepted 00.87.123456.78.0199 and 0087 1234 5678 0199: {PLANTED}\n", encoding="utf-8")
    admin = KafkaAdminClient(bootstrap_servers=cacah.running.kafka)
    admin.create_topics({topic: {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
    with closing(KafkaProducer(bootstrap_servers=cacah.running.kafka)) as producer:
        producer.send(topic, value=PLANTED.encode(), partition=0).get(30)
    with closing(RocksStore(store)) as opened:
        opened.put({b"state": forms_of(PLANTED)["big-endian"]}, Position(1, GENESIS_CHAIN))
    with MongoClient[dict[str, Any]](cacah.running.mongo) as client:
        collection = client[cacah.running.settings["CACAH_DATABASE"]]["planted"]
        collection.insert_one({"_id": forms_of(PLANTED)["hex"].decode()})
        yield PLANTED
        collection.drop()
    admin.delete_topics([topic])
    admin.close()
    log.unlink()


@pytest.mark.parametrize("place", ["files", "topics", "documents", "stores"])
def test_the_search_finds_a_number_that_was_planted(cacah: Cacah, sent: Sent, planted: str, place: str) -> None:
    del sent
    assert Search({"planted": planted}).find(PLACES[place](cacah))


@pytest.mark.parametrize("kind", forms_of(PLANTED))
@pytest.mark.parametrize("before", [b"", b"a", b"ab"])
def test_every_form_of_a_number_is_found(kind: str, before: bytes) -> None:
    raw = before + PLANTED.encode() + b"z"
    there = base64.b64encode(raw) if kind.startswith("base64") else before + forms_of(PLANTED)[kind]
    assert Search({"planted": PLANTED}).find([b"x", there, b"y"])
