"""Rosters, conflicts, decisions and withdrawals over HTTP. Seen to fail with each check of scope, agency, claims'
version and correction code left out."""

import asyncio
import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.intake.openapi.document import document
from services.intake.operator.orders import OUTRANKS_FORMS
from shared.contracts.envelope import NOBODY, Kind
from shared.contracts.identity import agency_key, household_key, person_key
from shared.contracts.orders import MAX_ROSTER, decode_roster, decode_ruling
from shared.domain.memberships import Staff
from shared.domain.rulings import version_of
from tests.families import family
from tests.partners import partner
from tests.unit.intake_kit import Exchange, Intake, Reply

NIK = "3509120102800001"
_PAGES = ("/docs", "/openapi.json", "/problems", "/static", "/{language}")
PERSON = "0a" * 16
ONE, OTHER = "1a" * 16, "2a" * 16


@pytest.fixture
def kit(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


def bearer(kit: Intake, *scopes: Any, agencies: tuple[str, ...] = (), name: str = "dinas") -> dict[str, str]:
    some, key = partner(name, *scopes, agencies=agencies)
    kit.partners.put(some)
    return {"authorization": f"Bearer {key}", "accept-language": "en"}


def ask(kit: Intake, method: str, path: str, body: Any = b"", headers: dict[str, str] | None = None) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return asyncio.run(kit.ask(method, path, raw, headers))


def lines(*rows: Any) -> bytes:
    return b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)


def claim(claimant: str, submission: str, at: str, **more: Any) -> dict[str, Any]:
    return {
        "claimant": claimant,
        "submission": submission,
        "received_at": at,
        "region": "35.09.12.2003",
        "counted": claimant == OTHER,
    } | more


def person_conflict() -> dict[str, Any]:
    return {
        "conflict": PERSON,
        "kind": "person",
        "state": "open",
        "claims_version": "cd" * 16,
        "claims": [
            claim(ONE, "3c" * 16, "2026-11-24T03:00:00.000001Z"),
            claim(OTHER, "4c" * 16, "2026-11-24T04:00:00.000002Z"),
        ],
    }


def household_conflict() -> dict[str, Any]:
    return person_conflict() | {
        "conflict": "0b" * 16,
        "kind": "household",
        "claims_version": None,
        "claims": [claim(ONE, "3c" * 16, "2026-11-24T03:00:00.000001Z", region=None, lineage="5c" * 16)],
    }


def test_a_roster_goes_to_the_log_as_keyed_hashes(kit: Intake) -> None:
    headers = bearer(kit, "roster", agencies=("35.09-DISDIK",))
    body = lines(
        {"nik": NIK, "kind": "asn"},
        {"nik": "3509 1244 0383 0002", "kind": "non_asn"},
        {"nik": NIK[:-1] + "3", "remove": True},
    )
    reply = ask(kit, "POST", "/v1/agencies/35.09-DISDIK/roster", body, headers)
    assert (reply.status, reply.json["accepted"], reply.json["refused"]) == (202, 3, [])
    ((head, content),) = kit.opened()
    assert (head.kind, head.subject) == (Kind.ROSTER, agency_key(kit.keys.identity, "35.09-DISDIK"))
    roster = decode_roster(content)
    assert [entry.staff for entry in roster.entries] == [Staff.ASN, Staff.NON_ASN, Staff.LEFT]
    assert roster.entries[0].person == person_key(kit.keys.identity, NIK)
    assert NIK.encode() not in content
    (filed,) = reply.json["records"]
    assert filed["id"] == str(UUID(bytes=head.id))
    assert filed["receipt"]["partition"] == kit.log.records[0].position.partition


def test_a_long_roster_is_several_records(kit: Intake) -> None:
    headers = bearer(kit, "roster", agencies=("PU-3509",))
    body = lines(*({"nik": f"35091201028{number:05d}"} for number in range(2 * MAX_ROSTER + 1)))
    reply = ask(kit, "POST", "/v1/agencies/PU-3509/roster", body, headers)
    assert (reply.status, reply.json["accepted"]) == (202, 2 * MAX_ROSTER + 1)
    assert [len(decode_roster(content).entries) for _, content in kit.opened()] == [MAX_ROSTER, MAX_ROSTER, 1]


def test_a_line_that_names_nobody_is_named_by_number_and_costs_only_itself(kit: Intake) -> None:
    headers = bearer(kit, "roster", agencies=("PU-3509",))
    body = lines({"nik": NIK}, b"no json", b"", {"nik": "35091201O2800001"}, {"nik": NIK, "kind": "boss"})
    reply = ask(kit, "POST", "/v1/agencies/PU-3509/roster", body, headers)
    assert (reply.status, reply.json["accepted"], reply.json["refused_lines"]) == (202, 1, 3)
    assert [(each["pointer"], each["code"]) for each in reply.json["refused"]] == [
        ("/2", "roster-line"),
        ("/4/nik", "roster-nik"),
        ("/5/kind", "roster-line"),
    ]
    assert ask(kit, "POST", "/v1/agencies/PU-3509/roster", lines(b"no json"), headers).status == 422


def test_a_roster_is_for_who_holds_the_agency(kit: Intake) -> None:
    other = bearer(kit, "roster", agencies=("DISHUB-3509",))
    weak = bearer(kit, "submit", "read", "operate", name="lain")
    path, body = "/v1/agencies/PU-3509/roster", lines({"nik": NIK})
    assert ask(kit, "POST", path, body).status == 401
    for headers, code in ((other, "agency-not-yours"), (weak, "scope-missing")):
        reply = ask(kit, "POST", path, body, headers)
        assert (reply.status, reply.json["code"]) == (403, code)
    assert kit.log.records == []


def test_conflicts_are_shown_to_readers_in_pages(kit: Intake) -> None:
    headers, weak = bearer(kit, "read"), bearer(kit, "operate", name="lain")
    kit.conflicts.put(person_conflict(), household_conflict() | {"state": "settled"})
    first = ask(kit, "GET", "/v1/conflicts?limit=1", headers=headers).json
    assert [each["conflict"] for each in first["conflicts"]] == [PERSON]
    second = ask(kit, "GET", f"/v1/conflicts?limit=1&after={first['after']}", headers=headers).json
    assert [each["conflict"] for each in second["conflicts"]] == ["0b" * 16]
    open_ones = ask(kit, "GET", "/v1/conflicts?state=open", headers=headers).json
    assert (len(open_ones["conflicts"]), open_ones["after"]) == (1, None)
    assert ask(kit, "GET", f"/v1/conflicts/{PERSON}", headers=headers).json == person_conflict()
    assert ask(kit, "GET", f"/v1/conflicts/{'0c' * 16}", headers=headers).status == 404
    for query in ("state=any", "limit=-1", "limit=x", "limit=²", "limit="):
        assert ask(kit, "GET", f"/v1/conflicts?{query}", headers=headers).json["code"] == "bad-query", query
    assert ask(kit, "GET", "/v1/conflicts").status == 401
    assert ask(kit, "GET", "/v1/conflicts", headers=weak).status == 403


def test_a_decision_is_an_event_that_names_what_it_saw(kit: Intake, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    headers = bearer(kit, "operate")
    kit.conflicts.put(person_conflict())
    body = {"action": "count", "claimant": ONE, "reason": "moved", "claims_version": "cd" * 16}
    reply = ask(kit, "POST", f"/v1/conflicts/{PERSON}/decision", body, headers)
    assert (reply.status, reply.json["by"], reply.json["action"]) == (202, "dinas", "count")
    ((head, content),) = kit.opened()
    assert (head.kind, head.subject) == (Kind.DECISION, bytes.fromhex(PERSON))
    order = decode_ruling(content)
    assert (order.claimant, order.by, order.reason) == (bytes.fromhex(ONE), "dinas", "moved")
    assert order.seen[1].received_at - order.seen[0].received_at == 3_600_000_001
    assert version_of((seen.claimant, seen.added) for seen in order.seen)
    assert f"decision conflict={PERSON} action=count by=dinas" in caplog.text


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"claims_version": "ee" * 16}, 409, "conflict-changed"),
        ({"action": "withdraw"}, 422, "shape"),
        ({"claimant": "9c" * 16}, 422, "shape"),
        ({"claimant": None}, 422, "shape"),
        ({"claimant": "zz" * 16}, 422, "shape"),
        ({"action": "dismiss"}, 422, "shape"),
        ({"reason": "because"}, 422, "shape"),
        ({"more": 1}, 422, "shape"),
    ],
)
def test_a_decision_that_does_not_fit_changes_nothing(kit: Intake, change: Any, status: int, code: str) -> None:
    headers = bearer(kit, "operate")
    kit.conflicts.put(person_conflict())
    body = {"action": "count", "claimant": ONE, "reason": "moved"} | change
    reply = ask(kit, "POST", f"/v1/conflicts/{PERSON}/decision", body, headers)
    assert (reply.status, reply.json["code"]) == (status, code)
    assert kit.log.records == []


def test_deciding_needs_its_scope_and_a_conflict(kit: Intake) -> None:
    body = {"action": "dismiss", "reason": "other"}
    path = f"/v1/conflicts/{PERSON}/decision"
    headers, weak = bearer(kit, "operate"), bearer(kit, "read", name="lain")
    assert ask(kit, "POST", path, body).status == 401
    assert ask(kit, "POST", path, body, weak).status == 403
    assert ask(kit, "POST", path, body, headers).status == 404
    assert kit.log.records == []


def test_a_form_under_a_doubted_card_is_withdrawn_above_all_its_versions(kit: Intake) -> None:
    headers = bearer(kit, "operate")
    kit.conflicts.put(household_conflict())
    path = f"/v1/conflicts/{'0b' * 16}/decision"
    body = {"action": "withdraw", "claimant": ONE, "reason": "wrong-number"}
    assert ask(kit, "POST", path, body | {"claimant": OTHER}, headers).status == 422
    assert ask(kit, "POST", path, body | {"action": "count"}, headers).status == 422
    assert ask(kit, "POST", path, body, headers).status == 202
    ((head, content),) = kit.opened()
    assert (head.kind, head.subject, head.lineage) == (
        Kind.WITHDRAWAL,
        bytes.fromhex("0b" * 16),
        bytes.fromhex("5c" * 16),
    )
    assert head.revision == OUTRANKS_FORMS
    assert json.loads(content)["by"] == "dinas"


def test_a_family_takes_its_form_back_with_its_correction_code(kit: Intake) -> None:
    accepted = kit.post(family()).json
    correction = {"lineage": accepted["lineage"], "code": accepted["correction_code"]}
    body = {"correction": correction, "card": family()["card"], "revision": 1}
    reply = kit.post(body, "/v1/withdrawals")
    assert (reply.status, reply.json["status"]) == (202, "accepted")
    head, _ = kit.opened()[-1]
    assert reply.headers["location"] == f"/v1/submissions/{UUID(bytes=head.id)}"
    seen = {"authorization": f"Bearer {reply.json['receipt']['code']}"}
    assert ask(kit, "GET", reply.headers["location"], headers=seen).json["id"] == reply.json["id"]
    assert (head.kind, head.sender, head.revision) == (Kind.WITHDRAWAL, NOBODY, 1)
    assert head.subject == household_key(kit.keys.identity, family()["card"])
    assert head.lineage == UUID(accepted["lineage"]).bytes


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        (
            {"correction": {"lineage": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "code": "0000-0000-0000-0000-0"}},
            422,
            "correction-code",
        ),
        ({"card": None}, 422, "shape"),
        ({"card": "12"}, 422, "shape"),
        ({"revision": -1}, 422, "shape"),
        ({"surprise": "3509120102800001"}, 422, "shape"),
    ],
)
def test_a_withdrawal_that_proves_nothing_changes_nothing(kit: Intake, change: Any, status: int, code: str) -> None:
    accepted = kit.post(family()).json
    correction = {"lineage": accepted["lineage"], "code": accepted["correction_code"]}
    reply = kit.post({"correction": correction, "card": family()["card"]} | change, "/v1/withdrawals")
    assert (reply.status, reply.json["code"]) == (status, code)
    assert len(kit.log.records) == 1


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "not-json"),
        (b"{}", "text/plain", 415, "media-type"),
        (b"[]", "application/json", 422, "shape"),
        (b"x" * 300_000, "application/json", 413, "too-large"),
    ],
)
def test_what_is_no_body_is_told_so(kit: Intake, body: bytes, kind: str, status: int, code: str) -> None:
    reply = ask(kit, "POST", "/v1/withdrawals", body, {"content-type": kind})
    assert (reply.status, reply.json["code"]) == (status, code)


def test_orders_wait_for_the_log_as_forms_do(kit: Intake) -> None:
    headers = bearer(kit, "operate")
    kit.conflicts.put(person_conflict())
    kit.log.away = True
    body = {"action": "dismiss", "reason": "other"}
    reply = ask(kit, "POST", f"/v1/conflicts/{PERSON}/decision", body, headers)
    assert (reply.status, reply.json["code"]) == (503, "unavailable")
    assert "retry-after" in reply.headers


def served(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from served(inner.routes)
        elif not route.path.startswith(_PAGES):
            yield from ((route.path, method.lower()) for method in route.methods - {"HEAD"})


def test_the_document_describes_every_route_and_its_security(kit: Intake) -> None:
    described = document()
    assert {(path, method) for path, item in described["paths"].items() for method in item} == set(
        served(kit.app.routes)
    )
    schemes = described["components"]["securitySchemes"]
    for item in described["paths"].values():
        for operation in item.values():
            assert {name for each in operation.get("security", ()) for name in each} <= schemes.keys()


def test_a_client_that_hangs_up_is_no_mistake_of_the_service(kit: Intake) -> None:
    async def body() -> None:
        exchange = Exchange()
        exchange.write(b'{"correction":')
        exchange.hang_up()
        await kit.run(exchange, "POST", "/v1/withdrawals", {})
        assert exchange.reply().status == 400

    asyncio.run(body())


def test_a_lost_correction_code_is_shown_again_to_an_operator_and_to_who_sent_the_form(
    kit: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    operator, other = bearer(kit, "operate"), bearer(kit, "submit", name="lain")
    sender = bearer(kit, "submit", name="sekolah")
    accepted = kit.post(family()).json
    line = ask(kit, "POST", "/v1/submissions:batch", lines(family({"/card": "3509121201150002"})), sender).lines[0]

    def reissue(form: Any, headers: dict[str, str], receipt: str = "") -> Reply:
        body = {"receipt": receipt or form["receipt"]["code"]}
        return ask(kit, "POST", f"/v1/submissions/{form['id']}/correction-code", body, headers)

    reply = reissue(accepted, operator)
    assert (reply.status, reply.json["by"]) == (200, "dinas")
    assert reply.json["correction_code"] == accepted["correction_code"]
    assert reply.json["lineage"] == accepted["lineage"]
    assert reissue(line, sender).status == reissue(line, operator, line["receipt"]["token"]).status == 200
    refused = [reissue(accepted, other), reissue(line, other), reissue(accepted, operator, line["receipt"]["code"])]
    assert {(each.status, each.body) for each in refused} == {(404, refused[0].body)}
    assert reissue(accepted, {}).status == 401
    shown = [each for each in caplog.messages if each.startswith("correction code shown again")]
    assert [each.rpartition("by=")[2] for each in shown] == ["dinas", "sekolah", "dinas"]
    assert accepted["correction_code"] not in caplog.text
