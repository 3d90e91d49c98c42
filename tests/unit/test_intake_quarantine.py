"""Records that were set aside, over HTTP and as an operator deals with them.

Seen to fail with a redrive to another partition, one that is noted before it is on the log, and a discard that scope
`read` may do.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from services.intake.memory import MemoryPublisher
from services.intake.operator.quarantine import MemoryAside, Quarantine
from services.intake.problems import Refused
from shared.contracts.topics import SUBMISSIONS, claims_topic
from shared.ledger.ports import Look
from tests.partners import partner
from tests.unit.intake_kit import Intake, Reply

GARBAGE = f"{SUBMISSIONS}|1|42"
INNER = f"{claims_topic('g1')}|0|7"


def document(item: str, reason: str = "not-a-record") -> dict[str, Any]:
    topic, at, offset = item.split("|")
    return {"_id": item, "topic": topic, "partition": int(at), "offset": int(offset), "reason": reason, "problems": []}


class OneRecord:
    async def look(self, partition: int, offset: int) -> Look:
        return Look(0, 43, b"garbage" if (partition, offset) == (1, 42) else None)


@pytest.fixture
def kit(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


def aside_of(kit: Intake) -> MemoryAside:
    aside = kit.wiring.quarantine.aside
    assert isinstance(aside, MemoryAside)
    return aside


READER, READERS_KEY = partner("a-reader", "read")
OPERATOR, OPERATORS_KEY = partner("an-operator", "operate")


def ask(kit: Intake, method: str, path: str, body: Any, scope: str) -> Reply:
    for each in (READER, OPERATOR):
        kit.partners.put(each)
    key = READERS_KEY if scope == "read" else OPERATORS_KEY
    headers = {"authorization": f"Bearer {key}", "accept-language": "en"}
    return asyncio.run(kit.ask(method, path, b"" if body is None else json.dumps(body).encode(), headers))


def path_of(item: str, action: str = "") -> str:
    return f"/v1/quarantine/{item}{action}"


def test_what_was_set_aside_is_listed_by_code_and_state(kit: Intake) -> None:
    aside = aside_of(kit)
    aside.documents = {GARBAGE: document(GARBAGE), INNER: document(INNER, "not-a-block")}
    found = ask(kit, "GET", "/v1/quarantine?code=not-a-block", None, "read").json
    assert [each["id"] for each in found["quarantine"]] == [INNER]
    assert ask(kit, "GET", "/v1/quarantine?state=discarded", None, "read").json["quarantine"] == []
    assert ask(kit, "GET", "/v1/quarantine?state=lost", None, "read").status == 400
    page = ask(kit, "GET", "/v1/quarantine?limit=1", None, "read").json
    assert (len(page["quarantine"]), page["after"]) == (1, INNER)


def test_a_reader_may_look_and_do_nothing(kit: Intake) -> None:
    aside_of(kit).documents = {GARBAGE: document(GARBAGE)}
    assert ask(kit, "GET", path_of(GARBAGE), None, "read").json["state"] == "open"
    for action, body in (("/redrive", {}), ("/discard", {"reason": "a test"})):
        assert ask(kit, "POST", path_of(GARBAGE, action), body, "read").status == 403
    assert aside_of(kit).history == {}


def test_a_discard_says_who_and_why(kit: Intake) -> None:
    aside_of(kit).documents = {GARBAGE: document(GARBAGE)}
    assert ask(kit, "POST", path_of(GARBAGE, "/discard"), {"reason": "a test"}, "operate").status == 200
    ((event,),) = aside_of(kit).history.values()
    assert (event["action"], event["by"], event["reason"]) == ("discarded", "an-operator", "a test")


def test_a_reason_holds_no_numbers(kit: Intake) -> None:
    aside_of(kit).documents = {GARBAGE: document(GARBAGE)}
    reply = ask(kit, "POST", path_of(GARBAGE, "/discard"), {"reason": "card 3509120102800001"}, "operate")
    assert reply.status == 422


def redrive(log: MemoryPublisher, aside: MemoryAside, item: str) -> None:
    async def body() -> None:
        quarantine = Quarantine(aside, OneRecord(), log, lambda: None)
        found = await aside.find(item)
        assert found is not None
        await quarantine.redrive(found, OPERATOR)

    asyncio.run(body())


def test_a_redrive_appends_the_same_bytes_to_the_same_partition() -> None:
    log, aside = MemoryPublisher(), MemoryAside(document(GARBAGE))
    redrive(log, aside, GARBAGE)
    redrive(log, aside, GARBAGE)
    assert [(kept.position.partition, kept.value) for kept in log.records] == [(1, b"garbage")] * 2
    found = asyncio.run(aside.find(GARBAGE))
    assert found is not None
    assert (found["state"], found["count"]) == ("redriven", 3)


def test_what_is_not_on_the_log_is_not_redriven_and_not_noted() -> None:
    gone = f"{SUBMISSIONS}|1|41"
    log, aside = MemoryPublisher(), MemoryAside(document(gone), document(INNER, "not-a-block"))
    for item, code in ((gone, "not-found"), (INNER, "shape")):
        with pytest.raises(Refused, match=code):
            redrive(log, aside, item)
    assert (log.records, aside.history) == ([], {})


def test_after_the_closing_nothing_is_redriven(kit: Intake) -> None:
    aside_of(kit).documents = {GARBAGE: document(GARBAGE)}
    kit.calendars.closed = "2026-11-18T11:06:40Z"
    asyncio.run(kit.wiring.gate.renew())
    reply = ask(kit, "POST", path_of(GARBAGE, "/redrive"), {}, "operate")
    assert (reply.status, reply.json["code"]) == (403, "census-final")
    assert (kit.log.records, aside_of(kit).history) == ([], {})


def test_a_redrive_that_the_log_did_not_take_is_not_noted() -> None:
    log, aside = MemoryPublisher(), MemoryAside(document(GARBAGE))
    log.away = True
    with pytest.raises(Refused, match="unavailable"):
        redrive(log, aside, GARBAGE)
    assert aside.history == {}


def test_a_record_of_a_shredded_day_is_not_redriven() -> None:
    async def body() -> None:
        await Quarantine(aside, OneRecord(), log, lambda: None, lambda: [""]).redrive(
            document(GARBAGE) | {"id": GARBAGE}, OPERATOR
        )

    log, aside = MemoryPublisher(), MemoryAside(document(GARBAGE))
    with pytest.raises(Refused) as refused:
        asyncio.run(body())
    assert [fault.code for fault in refused.value.errors] == ["quarantine-shredded"]
    assert (log.records, aside.history) == ([], {})
