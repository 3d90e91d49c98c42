"""What has become of a form, as its holder is told. Seen to fail with the proof of the receipt left out, with the id of
the record not compared, and with each exceptional document passed over."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.ports import Position
from services.intake.status.brief import Brief
from services.intake.status.model import Found, Progress, Rejection, Status, standing
from shared.contracts.events import RejectedProblem
from shared.contracts.identity import claimant_key
from shared.contracts.versions import CurrentVersion
from tests.families import family
from tests.unit.intake_kit import Intake, Reply

ID = b"s" * 16


@pytest.fixture
def kit(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


def look(kit: Intake, submission: str, receipt: str | None, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if receipt is not None:
        named["authorization"] = f"Bearer {receipt}"
    return asyncio.run(kit.ask("GET", f"/v1/submissions/{submission}", headers=named))


def counted(kit: Intake, accepted: Mapping[str, Any]) -> None:
    receipt = accepted["receipt"]
    end = receipt["offset"] + 1
    kit.filed.positions[receipt["partition"]] = Progress(end, end, "2026-11-24T03:00:00.000Z")


def claimant(kit: Intake, accepted: Mapping[str, Any]) -> bytes:
    head = next(head for head, _ in kit.opened() if head.id == UUID(accepted["id"]).bytes)
    return claimant_key(head.subject, head.lineage)


def test_a_form_is_accepted_then_validated_then_counted(kit: Intake) -> None:
    accepted = kit.post(family()).json
    code, at = accepted["receipt"]["code"], accepted["receipt"]["partition"]
    for progress, status in (
        (Progress(), "accepted"),
        (Progress(validated=1), "validated"),
        (Progress(1, 1, "2026-11-24T03:00:00.000Z"), "counted"),
    ):
        kit.filed.positions[at] = progress
        reply = look(kit, accepted["id"], code)
        assert (reply.status, reply.json["status"], reply.json["progress"]) == (200, status, status)
        assert ("retry-after" in reply.headers) is (status != "counted")
        assert reply.headers["cache-control"] == "no-store"
    assert reply.json["received_at"] == accepted["received_at"]
    assert reply.json["as_of"] == "2026-11-24T03:00:00.000Z"


def test_both_shapes_of_the_receipt_open_the_status(kit: Intake) -> None:
    accepted = kit.post(family()).json
    by_code = look(kit, accepted["id"], accepted["receipt"]["code"])
    typed = look(kit, accepted["id"].upper(), accepted["receipt"]["code"].replace("-", "").lower())
    by_token = look(kit, accepted["id"], accepted["receipt"]["token"])
    assert by_code.status == typed.status == by_token.status == 200
    assert by_code.body == typed.body == by_token.body


def test_unknown_and_not_yours_look_the_same(kit: Intake) -> None:
    mine, other = kit.post(family()).json, kit.post(family({"/card": "3509121201150002"})).json
    reads = kit.heads.reads
    refused = [
        look(kit, other["id"], mine["receipt"]["code"]),
        look(kit, str(uuid4()), mine["receipt"]["code"]),
        look(kit, "nothing", mine["receipt"]["code"]),
        look(kit, mine["id"], "CCH-0000-0000-0000-0000-0"),
        look(kit, mine["id"], "cacah_1234"),
    ]
    # None of these was looked up: what there is takes no longer than what there is not.
    assert kit.heads.reads == reads
    refused += [look(kit, each, mine["receipt"]["token"]) for each in (other["id"], str(uuid4()))]
    assert {reply.status for reply in refused} == {404}
    assert len({(reply.body, tuple(sorted(reply.headers.items()))) for reply in refused}) == 1


def test_without_a_receipt_it_is_asked_for(kit: Intake) -> None:
    accepted = kit.post(family()).json
    reply = look(kit, accepted["id"], None, accept_language="en")
    assert (reply.status, reply.json["code"]) == (401, "receipt-missing")
    assert "www-authenticate" in reply.headers


def test_what_is_wrong_with_a_form_is_said_with_its_remedy_in_both_languages(kit: Intake) -> None:
    accepted = kit.post(family()).json
    receipt = accepted["receipt"]
    counted(kit, accepted)
    at = Position(receipt["partition"], receipt["offset"])
    kit.filed.rejections[at] = Rejection("nik-spreadsheet", (RejectedProblem("nik-spreadsheet", "/members/0/nik"),))
    said = [
        look(kit, accepted["id"], receipt["code"], accept_language=language).json["problems"][0]
        for language in ("id", "en")
    ]
    assert said[0]["code"] == said[1]["code"] == "nik-spreadsheet"
    assert said[0]["pointer"] == "/members/0/nik"
    assert said[0]["remedy"] != said[1]["remedy"]
    for reason, code in (("id-reused", "id-reused"), ("seal-broken", "record-unreadable")):
        kit.filed.rejections[at] = Rejection(reason)
        reply = look(kit, accepted["id"], receipt["code"])
        assert reply.json["status"] == "needs_correction"
        assert [each["code"] for each in reply.json["problems"]] == [code]


def test_a_form_that_was_set_aside_and_appended_again_stands_where_it_was_appended(kit: Intake) -> None:
    accepted = kit.post(family()).json
    receipt = accepted["receipt"]
    at = Position(receipt["partition"], receipt["offset"])
    kit.filed.positions[at.partition] = Progress(5, 1)
    kit.filed.rejections[at] = Rejection("unknown-key")
    kit.filed.redriven[at] = Position(at.partition, 3)
    assert look(kit, accepted["id"], receipt["code"]).json["status"] == "validated"
    kit.filed.positions[at.partition] = Progress(5, 5)
    said = look(kit, accepted["id"], receipt["code"]).json
    assert (said["status"], said["offset"]) == ("counted", receipt["offset"])
    kit.filed.rejections[Position(at.partition, 3)] = Rejection("unknown-key")
    assert look(kit, accepted["id"], receipt["code"]).json["status"] == "needs_correction"


def test_an_older_version_is_superseded_and_the_newest_is_counted(kit: Intake) -> None:
    first = kit.post(family()).json
    correction = {"lineage": first["lineage"], "code": first["correction_code"]}
    second = kit.post(family() | {"revision": 1, "correction": correction}).json
    newest = CurrentVersion(UUID(second["id"]).hex, 1, second["received_at"], withdrawn=False, versions=2)
    kit.filed.current[claimant(kit, first)] = newest
    counted(kit, second)
    assert look(kit, second["id"], second["receipt"]["code"]).json["status"] == "counted"
    superseded = look(kit, first["id"], first["receipt"]["code"]).json
    assert (superseded["status"], superseded["changed_at"]) == ("superseded", second["received_at"])
    kit.filed.current[claimant(kit, first)] = replace_withdrawn(newest)
    for each in (first, second):
        assert look(kit, each["id"], each["receipt"]["code"]).json["status"] == "withdrawn"


def replace_withdrawn(version: CurrentVersion) -> CurrentVersion:
    return CurrentVersion("00" * 16, 2, version.received_at, withdrawn=True, versions=3)


def test_a_form_in_an_open_review_says_so_and_no_more(kit: Intake) -> None:
    accepted = kit.post(family()).json
    counted(kit, accepted)
    kit.filed.reviewed.add(claimant(kit, accepted))
    said = look(kit, accepted["id"], accepted["receipt"]["code"]).json
    assert (said["status"], said["progress"], said["problems"]) == ("under_review", "counted", [])


def test_what_has_not_changed_is_not_sent_again(kit: Intake) -> None:
    accepted = kit.post(family()).json
    code = accepted["receipt"]["code"]
    first = look(kit, accepted["id"], code)
    again = look(kit, accepted["id"], code, if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    counted(kit, accepted)
    assert look(kit, accepted["id"], code, if_none_match=first.headers["etag"]).status == 200


def test_an_engine_that_is_away_is_said_to_be(kit: Intake) -> None:
    accepted = kit.post(family()).json
    kit.filed.away = True
    assert look(kit, accepted["id"], accepted["receipt"]["code"]).status == 503
    kit.filed.away, kit.log.away = False, True
    assert look(kit, accepted["id"], accepted["receipt"]["code"]).status == 503


positions = st.integers(0, 5)
founds = st.builds(
    Found,
    rejection=st.none() | st.just(Rejection("nik-spreadsheet")),
    in_force=st.none()
    | st.builds(
        CurrentVersion,
        submission=st.sampled_from([ID.hex(), "00" * 16]),
        revision=st.just(1),
        received_at=st.just("2026-11-24T03:00:00.000000Z"),
        withdrawn=st.booleans(),
        versions=st.just(2),
    ),
    reviews=st.integers(0, 1),
)


@given(positions, positions, positions, founds)
def test_what_was_not_looked_at_yet_is_accepted_and_nothing_else(
    offset: int, validated: int, counted: int, found: Found
) -> None:
    progress = Progress(validated, min(validated, counted))
    told = standing(offset, ID, progress, found)
    assert (told.progress is Status.ACCEPTED) is (offset >= validated)
    if told.progress is Status.ACCEPTED:
        assert told.status is Status.ACCEPTED
    elif found == Found():
        assert told.status is told.progress
    later = standing(offset, ID, replace(progress, validated=9, counted=9), found)
    assert not later.pending


def test_many_who_ask_at_once_are_one_who_asks() -> None:
    asked: list[str] = []
    time = [0.0]

    async def read(key: str) -> int:
        asked.append(key)
        await asyncio.sleep(0)
        return len(asked)

    async def body() -> None:
        brief = Brief(read, seconds=1, clock=lambda: time[0])
        assert await asyncio.gather(*(brief.get("a") for _ in range(100))) == [1] * 100
        assert await brief.get("a") == 1
        time[0] = 1.0
        assert await brief.get("a") == 2

    asyncio.run(body())


def test_a_failed_look_is_told_to_all_who_asked_and_not_remembered() -> None:
    answers = iter([OSError("away"), None])

    async def read(key: str) -> str:
        await asyncio.sleep(0)
        answer = next(answers)
        if answer is not None:
            raise answer
        return key

    async def body() -> None:
        brief = Brief(read, seconds=1)
        both = await asyncio.gather(brief.get("a"), brief.get("a"), return_exceptions=True)
        assert [type(each) for each in both] == [OSError, OSError]
        assert await brief.get("a") == "a"

    asyncio.run(body())
