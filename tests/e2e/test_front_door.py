"""What households, partners and operators do over HTTP besides sending forms, on a running system."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pymongo import MongoClient

from services.cli.known import read_settings
from services.intake.metrics import Metrics
from services.intake.ports import Position
from services.intake.wiring import build
from shared.contracts.envelope import NOBODY
from tests.e2e.conftest import Cacah, run_cacah, wait_for
from tests.families import family

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]

Json = dict[str, Any]
_CARD, _BORN = "350912120115", "3509120102800"


class Door:
    """Intake of a running system. Every family that it makes is another one."""

    def __init__(self, cacah: Cacah, client: httpx.Client, mongo: MongoClient[Json]) -> None:
        self.cacah = cacah
        self.client = client
        self.database = mongo[cacah.running.settings["CACAH_DATABASE"]]
        self.ends: dict[int, int] = {}
        self.next = 7001

    def accepted(self, reply: httpx.Response) -> Json:
        """The answer; `people` waits for its record."""
        assert reply.status_code == 202, reply.text
        answer: Json = reply.json()
        for at in (filed["receipt"] for filed in answer.get("records", (answer,))):
            self.ends[at["partition"]] = max(self.ends.get(at["partition"], 0), at["offset"] + 1)
        return answer

    def key(self, name: str, *scopes: str, agency: str = "") -> dict[str, str]:
        words = [word for scope in scopes for word in ("--scope", scope)] + (["--agency", agency] if agency else [])
        done = self.cacah.run("partners", "add", name, *words, "--json")
        assert done.returncode == 0, done.stderr
        return {"authorization": f"Bearer {json.loads(done.stdout)['key']}"}

    def family(self) -> Json:
        """One member, with numbers that no other test sends."""
        self.next += 1
        form = family({"/members/1": None, "/members/2": None})
        form["card"] = f"{_CARD}{self.next}"
        form["members"][0] |= {"nik": f"{_BORN}{self.next % 1000:03d}", "marital_status": 1}
        return form

    def send(self, form: Json, **more: Any) -> Json:
        return self.accepted(self.client.post("/v1/submissions", json=form | more))

    def status(self, accepted: Json, *, by: str = "code") -> Json:
        headers = {"authorization": f"Bearer {accepted['receipt'][by]}"}
        reply = self.client.get(f"/v1/submissions/{accepted['id']}", headers=headers)
        assert reply.status_code == 200, reply.text
        answer: Json = reply.json()
        return answer

    def becomes(self, accepted: Json, status: str) -> Json:
        """The status of a form, once it is this one."""
        return wait_for(lambda: said if (said := self.status(accepted))["status"] == status else None)

    def people(self) -> int:
        """Counted, with all that was accepted here."""

        def counted() -> int | None:
            nation = self.database["regions"].find_one({"_id": "00"}) or {"counted_up_to": [], "counters": {}}
            there = dict(enumerate(nation["counted_up_to"]))
            behind = any(there.get(partition, 0) < end for partition, end in self.ends.items())
            return None if behind else int(nation["counters"].get("persons", 0))

        return wait_for(counted)


@pytest.fixture(scope="module")
def door(cacah: Cacah) -> Iterator[Door]:
    with (
        httpx.Client(base_url=cacah.running.urls["intake"], timeout=30) as client,
        MongoClient[Json](cacah.running.mongo) as mongo,
    ):
        yield Door(cacah, client, mongo)


def test_a_form_taken_back_counts_no_longer_and_its_next_version_counts_again(door: Door) -> None:
    before = door.people()
    form = door.family()
    accepted = door.send(form)
    assert door.people() == before + 1
    correction = {"lineage": accepted["lineage"], "code": accepted["correction_code"]}
    withdrawal = {"correction": correction, "card": form["card"], "revision": 1}
    door.accepted(door.client.post("/v1/withdrawals", json=withdrawal))
    assert door.people() == before
    door.send(form, id=str(uuid4()), revision=2, correction=correction)
    assert door.people() == before + 1


def test_a_roster_and_a_form_make_a_member_who_answered(door: Door) -> None:
    headers = door.key("dinas-uji", "roster", agency="DINAS-UJI")
    form = door.family()
    door.send(form)
    line = json.dumps({"nik": form["members"][0]["nik"], "kind": "asn"}) + "\n"
    reply = door.client.post("/v1/agencies/DINAS-UJI/roster", content=line, headers=headers)
    assert door.accepted(reply)["accepted"] == 1
    door.people()
    agency = door.database["agencies"].find_one({"_id": "DINAS-UJI"})
    assert agency is not None
    assert (agency["counters"]["members"], agency["counters"]["responded"]) == (1, 1)
    done = door.cacah.run("audit", "--json")
    assert done.returncode == 0, done.stdout


def test_a_person_in_two_families_is_counted_where_an_operator_says(door: Door) -> None:
    headers = door.key("operator-uji", "read", "operate")
    before = door.people()
    first, second = door.family(), door.family()
    second["members"][0]["nik"] = first["members"][0]["nik"]
    one = door.send(first)
    door.people()
    door.send(second)
    assert door.people() == before + 1

    def opened() -> Json | None:
        found = door.client.get("/v1/conflicts?state=open&limit=500", headers=headers).json()["conflicts"]
        ids = {one["id"].replace("-", "")}
        return next((each for each in found if ids & {claim["submission"] for claim in each["claims"]}), None)

    conflict = wait_for(opened)
    loser = next(claim for claim in conflict["claims"] if not claim["counted"])
    assert loser["submission"] == one["id"].replace("-", "")
    decision = {
        "action": "count",
        "claimant": loser["claimant"],
        "reason": "moved",
        "claims_version": conflict["claims_version"],
    }
    path = f"/v1/conflicts/{conflict['conflict']}"
    door.accepted(door.client.post(f"{path}/decision", json=decision, headers=headers))
    assert door.people() == before + 1

    def settled() -> Json | None:
        found: Json = door.client.get(path, headers=headers).json()
        return found if found["state"] == "settled" else None

    found = wait_for(settled)
    assert [claim["claimant"] for claim in found["claims"] if claim["counted"]] == [loser["claimant"]]
    assert (found["decided"]["by"], found["decided"]["holds"]) == ("operator-uji", True)


def test_two_forms_under_one_card_are_reviewed_and_one_is_taken_out(door: Door) -> None:
    headers = door.key("operator-kartu", "read", "operate")
    before = door.people()
    first, second = door.family(), door.family()
    second["card"] = first["card"]
    one, two = door.send(first), door.send(second)
    assert one.keys() == two.keys()
    assert door.people() == before + 2

    def opened() -> Json | None:
        found = door.client.get("/v1/conflicts?state=open&limit=500", headers=headers).json()["conflicts"]
        return next(
            (
                each
                for each in found
                if each["kind"] == "household"
                and two["id"].replace("-", "") in {claim["submission"] for claim in each["claims"]}
            ),
            None,
        )

    conflict = wait_for(opened)
    claimant = next(
        each["claimant"] for each in conflict["claims"] if each["lineage"] == two["lineage"].replace("-", "")
    )
    decision = {"action": "withdraw", "claimant": claimant, "reason": "wrong-number"}
    door.accepted(door.client.post(f"/v1/conflicts/{conflict['conflict']}/decision", json=decision, headers=headers))
    assert door.people() == before + 1


def test_a_family_sees_what_becomes_of_its_forms(door: Door) -> None:
    form = door.family()
    first = door.send(form)
    said = door.becomes(first, "counted")
    assert said["received_at"] == first["received_at"]
    assert door.status(first, by="token") == said
    correction = {"lineage": first["lineage"], "code": first["correction_code"]}
    second = door.send(form, revision=1, correction=correction)
    door.becomes(second, "counted")
    assert door.becomes(first, "superseded")["changed_at"] == second["received_at"]
    # Of a lower revision than the form's: a family takes back what stands, and need not know what it was called.
    withdrawal = {"correction": correction, "card": form["card"]}
    taken = door.accepted(door.client.post("/v1/withdrawals", json=withdrawal))
    for each in (second, taken):
        door.becomes(each, "withdrawn")
    door.becomes(first, "withdrawn")
    third = door.send(form, revision=3, correction=correction)
    door.becomes(third, "counted")
    door.becomes(second, "superseded")


def test_two_senders_of_one_card_see_a_review_and_nothing_of_each_other(door: Door) -> None:
    form, other = door.family(), door.family()
    other["card"] = form["card"]
    first = door.send(form)
    alone = door.becomes(first, "counted")
    second = door.send(other)
    both = [door.becomes(each, "under_review") for each in (first, second)]
    assert {*both[0]} == {*both[1]} == {*alone}
    assert all(said["problems"] == [] and said["changed_at"] is None for said in both)


def test_a_lost_correction_code_is_shown_again_and_continues_the_lineage(door: Door) -> None:
    headers = door.key("operator-kode", "operate")
    form = door.family()
    first = door.send(form)
    path = f"/v1/submissions/{first['id']}/correction-code"
    reply = door.client.post(path, json={"receipt": first["receipt"]["code"]}, headers=headers)
    assert reply.status_code == 200, reply.text
    correction = {"lineage": reply.json()["lineage"], "code": reply.json()["correction_code"]}
    second = door.send(form, revision=1, correction=correction)
    assert door.becomes(first, "superseded")["changed_at"] == second["received_at"]


class Calendar:
    """Set from the command line. However a test ends, the door is open for the next one."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._key = door.key("operator-kalender", "operate")["authorization"].removeprefix("Bearer ")

    def set(self, deadline: str, *more: str, code: int = 0) -> Json:
        """The answer, once every intake that starts now would know of it."""
        words = ("calendar", "set", "--opens-at", "2020-01-01T00:00", "--deadline", deadline, *more, "--json")
        done = self._door.cacah.run(*words, CACAH_PARTNER_KEY=self._key)
        assert done.returncode == code, done.stderr
        if code:
            return {"stderr": done.stderr}
        said: Json = json.loads(done.stdout)
        self._door.becomes(said, "counted")
        wait_for(lambda: self._known_everywhere(said["households"]) or None)
        return said

    def _known_everywhere(self, households: str) -> bool:
        """By every worker of intake: a new connection may lead to any of them."""
        url = f"{self._door.cacah.running.urls['intake']}/v1/calendar"
        return all(httpx.get(url).json()["households"] == households for _ in range(12))

    def wait_closed(self) -> None:
        url = f"{self._door.cacah.running.urls['intake']}/v1/calendar"
        wait_for(lambda: all(httpx.get(url).json()["closed_at"] for _ in range(12)) or None)

    def open(self) -> Json:
        return self.set("2100-01-01T00:00", "--partners-until", "2100-02-01T00:00")


@pytest.fixture(scope="module")
def calendar(door: Door) -> Iterator[Calendar]:
    calendar = Calendar(door)
    yield calendar
    if door.client.get("/v1/calendar").json()["closed_at"] is None:
        calendar.open()


def test_the_calendar_is_set_by_an_operator_and_reaches_every_intake(door: Door, calendar: Calendar) -> None:
    said = calendar.open()
    assert (said["households"], said["calendar"]["by"]) == ("open", "operator-kalender")
    # What another intake reads: the validator's document.
    kept = door.database["calendar"].find_one({"_id": "calendar"})
    assert kept is not None
    assert datetime.fromisoformat(kept["deadline"]) == datetime(2099, 12, 31, 17, tzinfo=UTC)
    shown = door.cacah.run("calendar", "show", "--json")
    assert json.loads(shown.stdout)["calendar"] == said["calendar"], shown.stderr
    refused = calendar.set("2100-01-01T00:00", "--census-day", "2026-09-02", code=1)
    assert "CACAH_CENSUS_DAY" in refused["stderr"]


async def _taken_by_an_unknowing_intake(cacah: Cacah, form: Json) -> Position:
    wiring = build(read_settings({**cacah.running.settings, "CACAH_STATE": str(cacah.state)}), Metrics())
    acceptor = wiring.acceptor
    await wiring.publisher.start()
    try:
        examined = acceptor.examine(json.dumps(form).encode(), sender=NOBODY)
        return await acceptor.settled(acceptor.send(examined.stamped))
    finally:
        await wiring.publisher.stop()


@pytest.mark.closes
def test_a_census_is_closed_once_everything_is_counted_and_audited(
    door: Door, calendar: Calendar, tmp_path: Path
) -> None:
    file, keys = tmp_path / "final.json", tmp_path / "jwks.json"
    calendar.open()
    early = door.cacah.run("close", "--out", str(file))
    assert (early.returncode, "takes forms until 2100" in early.stderr) == (1, True), early.stderr
    assert not file.exists()
    accepted = door.send(door.family())
    calendar.set("2021-01-01T00:00")
    late = door.client.post("/v1/submissions", json=door.family(), headers={"accept-language": "en"})
    assert (late.status_code, late.json()["code"]) == (403, "census-closed")
    people = door.people()
    done = door.cacah.run("close", "--out", str(file), "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["ok"], said["persons"]) == (True, people)
    assert said["positions"][accepted["receipt"]["partition"]] > accepted["receipt"]["offset"]
    assert "are signed: /api/v1/final" in done.stderr
    keys.write_bytes(door.client.get("/.well-known/jwks.json").content)
    nowhere = {"CACAH_STATE": str(tmp_path / "nothing")}
    verified = run_cacah(["close", "--verify", str(file), "--keys", str(keys)], **nowhere)
    assert (verified.returncode, verified.stdout.startswith("OK persons=")) == (0, True), verified.stdout
    signed = json.loads(file.read_text())
    signed["totals"]["regions"]["00"]["persons"] += 1
    file.write_text(json.dumps(signed))
    forged = run_cacah(["close", "--verify", str(file), "--keys", str(keys)], **nowhere)
    assert (forged.returncode, forged.stdout) == (1, "FAIL the signature does not fit the document\n")
    dashboard = door.cacah.running.urls["dashboard"]
    figures = tmp_path / "figures.json"
    figures.write_bytes(httpx.get(f"{dashboard}/api/v1/final").content)
    public = run_cacah(["close", "--verify", str(figures), "--keys", str(keys)], **nowhere)
    assert (public.returncode, public.stdout.startswith("OK persons=")) == (0, True), public.stdout
    shown = httpx.get(f"{dashboard}/api/v1/regions/00").json()
    assert shown["final"]["closed_at"] == said["closed_at"]
    # What was signed stays: a new calendar opens nothing, and neither a list nor a decision is taken.
    calendar.wait_closed()
    refused = calendar.set("2100-01-01T00:00", code=1)
    assert "The census was closed for good" in refused["stderr"]
    line = json.dumps({"nik": door.family()["members"][0]["nik"]}) + "\n"
    headers = door.key("dinas-akhir", "roster", agency="DINAS-AKHIR")
    for reply in (
        door.client.post("/v1/submissions", json=door.family()),
        door.client.post("/v1/agencies/DINAS-AKHIR/roster", content=line, headers=headers),
    ):
        assert (reply.status_code, reply.json()["code"]) == (403, "census-final")
        assert reply.json()["closed_at"] == said["closed_at"]
    # An intake that had not heard of it yet: what it took counts, as a recount counts it, and is not in what was signed.
    at = asyncio.run(_taken_by_an_unknowing_intake(door.cacah, door.family()))
    door.ends[at.partition] = at.offset + 1
    assert door.people() == people + 1
    audited = json.loads(door.cacah.run("audit", "--json").stdout)
    assert (audited["ok"], audited["people"], audited["after_closing"]) == (True, people + 1, 1)
    again = door.cacah.run("close", "--out", str(tmp_path / "again.json"), "--json")
    assert json.loads(again.stdout)["closed_at"] == said["closed_at"], again.stderr
    assert json.loads(again.stdout)["persons"] == people
    assert "1 records came onto the log after the closing" in again.stderr
    assert httpx.get(f"{dashboard}/api/v1/regions/00").json() | {"week": None} == shown | {"week": None}
